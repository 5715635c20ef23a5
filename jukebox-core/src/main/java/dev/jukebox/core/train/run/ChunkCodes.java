package dev.jukebox.core.train.run;

import dev.jukebox.core.data.Batch;
import dev.jukebox.core.vqvae.VqVae;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The codes of a batch's chunks, which a prior learns. */
interface ChunkCodes extends AutoCloseable {

  /** The codes of each chunk at a level. */
  List<int[]> of(Batch batch, int level);

  @Override
  void close();

  /** Encodes each chunk, whenever it is asked for. */
  static ChunkCodes encoding(VqVae vqvae) {
    return new ChunkCodes() {
      @Override
      public List<int[]> of(Batch batch, int level) {
        List<int[]> codes = new ArrayList<>();
        for (float[] audio : VqVaeTrainee.rows(batch.samples(), batch.size())) {
          codes.add(vqvae.encode(audio, level));
        }
        return codes;
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Encodes each song once and cuts chunks from its codes; a chunk begins at a code of the coarsest
   * level.
   *
   * @param directory where the codes are kept
   * @param origin says which VQ-VAE it is
   */
  static ChunkCodes cached(VqVae vqvae, Path directory, String origin) {
    Map<Integer, SongCodes> levels = new LinkedHashMap<>();
    return new ChunkCodes() {
      @Override
      public List<int[]> of(Batch batch, int level) {
        SongCodes songs =
            levels.computeIfAbsent(level, l -> SongCodes.open(vqvae, l, directory, origin));
        int hop = vqvae.config().hop(level);
        int topHop = vqvae.config().topHop();
        List<int[]> codes = new ArrayList<>();
        for (Batch.Origin chunk : batch.origins()) {
          int first = Math.toIntExact(chunk.offset() / topHop * (topHop / hop));
          codes.add(songs.of(chunk.file(), first, batch.sampleLength() / hop));
        }
        return codes;
      }

      @Override
      public void close() {
        levels.values().forEach(SongCodes::close);
      }
    };
  }
}
