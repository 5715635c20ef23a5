package dev.jukebox.core.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three songs whose samples are known by their places. */
final class TrainingSongs {
  /** Samples of a chunk. */
  static final int LENGTH = 1_000;

  private TrainingSongs() {}

  static void write(Path directory) {
    Music.stereo(directory.resolve("0.wav"), 0, 20_500);
    Music.mono(directory.resolve("1.wav"), 1, 9_300);
    Music.stereo(directory.resolve("2.wav"), 2, 30_000);
  }

  static DataSettings settings(
      Path directory, boolean shift, boolean blend, int batchSize, int workers) {
    return new DataSettings(
        directory,
        Music.RATE,
        LENGTH,
        0.2,
        Double.POSITIVE_INFINITY,
        shift ? 1 : 0,
        blend,
        0.9,
        batchSize,
        workers,
        11);
  }

  /** The batches of an epoch from one on. */
  static List<Batch> all(ChunkLoader loader, int epoch, int first) {
    List<Batch> batches = new ArrayList<>();
    try (BatchStream stream = loader.epoch(epoch, first)) {
      stream.forEachRemaining(batches::add);
    }
    return batches;
  }
}
