package dev.jukebox.core.train.run;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.AudioReader;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.vqvae.VqVae;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The codes of songs at one level, each song encoded once, as a whole, when it is first asked for.
 *
 * <p>What was encoded is kept in a file of the run, so that going on does not begin anew.
 */
final class SongCodes implements AutoCloseable {
  private final VqVae vqvae;
  private final int level;
  private final CodesJournal journal;
  private final Map<String, int[]> songs;

  private SongCodes(VqVae vqvae, int level, CodesJournal journal) {
    this.vqvae = vqvae;
    this.level = level;
    this.journal = journal;
    this.songs = new HashMap<>(journal.read());
  }

  /**
   * Codes of a level, kept in {@code codes_level_L.bin} of a directory.
   *
   * @param origin says which VQ-VAE it is; codes of another are thrown away
   */
  static SongCodes open(VqVae vqvae, int level, Path directory, String origin) {
    Path file = directory.resolve("codes_level_" + level + ".bin");
    return new SongCodes(vqvae, level, CodesJournal.open(file, origin));
  }

  /**
   * The codes of a chunk.
   *
   * @param first number of the first code in its song; moved back where the song ends too early
   * @param count how many
   */
  int[] of(Path song, int first, int count) {
    int[] codes = whole(song);
    if (codes.length < count) {
      throw new InvalidInputException(
          song
              + " has "
              + codes.length
              + " codes of level "
              + level
              + ", fewer than the "
              + count
              + " of a chunk; give --min_duration or leave the file out");
    }
    int start = Math.min(first, codes.length - count);
    return Arrays.copyOfRange(codes, start, start + count);
  }

  private int[] whole(Path song) {
    String key = identity(song);
    int[] codes = songs.get(key);
    if (codes == null) {
      Audio audio = AudioReader.load(song, vqvae.config().sampleRate(), true);
      codes = vqvae.encode(audio.channel(0), level);
      songs.put(key, codes);
      journal.append(key, codes);
    }
    return codes;
  }

  /** A text that changes when a file does: its path, size and time. */
  static String identity(Path file) {
    try {
      return file + "|" + Files.size(file) + "|" + Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
  }

  @Override
  public void close() {
    journal.close();
  }
}
