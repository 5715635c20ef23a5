package dev.jukebox.core.report;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory that a run may write into, checked before the run starts.
 *
 * @param path the directory
 */
public record OutputDirectory(Path path) {

  private static final int TRIAL_BYTES = 1 << 16;

  /**
   * Makes the directory where it is missing, and tries whether files can be written there.
   *
   * @throws FileAccessException if not: the path and the system's reason
   */
  public static OutputDirectory prepare(Path path) {
    try {
      Files.createDirectories(path);
      Path trial = Files.createTempFile(path, ".trial", ".tmp");
      try {
        Files.write(trial, new byte[TRIAL_BYTES]);
      } finally {
        Files.delete(trial);
      }
    } catch (IOException e) {
      throw new FileAccessException(
          "Cannot write to the output directory " + path + ": " + FileErrors.reason(e) + ".", e);
    }
    return new OutputDirectory(path);
  }

  /** Where the outputs of one level go: {@code level_<level>}. */
  public Path level(int level) {
    return path.resolve("level_" + level);
  }
}
