package dev.jukebox.core.train.run;

import dev.jukebox.core.files.StagedFiles;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Gives a checkpoint a second name that stays, in the same directory. */
final class LatestName {

  private LatestName() {}

  /**
   * Makes a name stand for a file: by a hard link, which needs no space, and where the file system
   * has none by a copy. What stood there is replaced in one step.
   *
   * @throws dev.jukebox.error.FileAccessException if neither can be made; what stood there stays
   */
  static void give(Path file, Path name) {
    Path temporary = name.resolveSibling("." + name.getFileName() + "." + UUID.randomUUID());
    try {
      link(file, name, temporary);
    } catch (IOException | UnsupportedOperationException e) {
      StagedFiles.write(name, out -> Files.copy(file, out));
    }
  }

  private static void link(Path file, Path name, Path temporary) throws IOException {
    try {
      Files.createLink(temporary, file);
      try {
        // A move between two links to one file leaves both, which the finally below mends.
        Files.move(temporary, name, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, name, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
