package dev.jukebox.core.run;

import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.weights.pytorch.PyTorchFile;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The codes in a {@code data.pth.tar}: {zs, labels, sampling_kwargs, x}, ours or the original's.
 */
public final class CodesFile {

  private CodesFile() {}

  /**
   * Reads the codes of all levels.
   *
   * @throws CheckpointException if the file is damaged or holds no codes
   */
  public static Codes read(Path path) {
    try (PyTorchFile file = PyTorchFile.open(path)) {
      if (!(file.root() instanceof Map<?, ?> root) || !(root.get("zs") instanceof List<?> zs)) {
        throw new CheckpointException(
            path + " holds no codes: expected the data.pth.tar of a sampling run, with a list zs");
      }
      List<List<int[]>> levels = new ArrayList<>();
      for (Object z : zs) {
        levels.add(items(path, levels.size(), z));
      }
      return Codes.of(levels);
    }
  }

  /**
   * Writes the codes of all levels as {zs}.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be written
   */
  public static void write(Path path, Codes codes) {
    PyTorchWriter.write(path, Map.of("zs", SampleData.codes(codes)));
  }

  private static List<int[]> items(Path path, int level, Object z) {
    if (!(z instanceof FileTensor tensor) || tensor.shape().length != 2) {
      throw new CheckpointException(
          path + ": the codes of level " + level + " are no tensor of items and codes");
    }
    int items = Math.toIntExact(tensor.shape()[0]);
    int length = Math.toIntExact(tensor.shape()[1]);
    long[] values = tensor.toLongs();
    List<int[]> rows = new ArrayList<>();
    for (int n = 0; n < items; n++) {
      long[] row = Arrays.copyOfRange(values, n * length, (n + 1) * length);
      int[] codes = new int[length];
      for (int i = 0; i < length; i++) {
        if (row[i] < 0 || row[i] > Integer.MAX_VALUE) {
          throw new CheckpointException(
              path
                  + ": code "
                  + row[i]
                  + " of item "
                  + n
                  + " at level "
                  + level
                  + " is no index of a codebook");
        }
        codes[i] = (int) row[i];
      }
      rows.add(codes);
    }
    return rows;
  }
}
