package dev.jukebox.core.files;

import dev.jukebox.error.FileAccessException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A set of files that appear together once all of them are written, each by one rename; until then,
 * and for ever if one of them fails, what stood under their names stays as it was.
 *
 * <pre>{@code
 * try (StagedFiles files = new StagedFiles()) {
 *   files.stage(directory.resolve("a.wav"), out -> ...);
 *   files.stage(directory.resolve("index.html"), out -> ...);
 *   files.commit();
 * }
 * }</pre>
 */
public final class StagedFiles implements AutoCloseable {

  /** What is written into one file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole content; the stream is buffered and closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  private final Map<Path, Path> temporaryByTarget = new LinkedHashMap<>();

  /**
   * Writes one file under a temporary name and renames it.
   *
   * @throws FileAccessException if it cannot be written, e.g. on a full disk
   */
  public static void write(Path target, Content content) {
    try (StagedFiles files = new StagedFiles()) {
      files.stage(target, content);
      files.commit();
    }
  }

  /**
   * Writes the content beside {@code target} under a temporary name, making the directory where it
   * is missing.
   *
   * @throws FileAccessException if it cannot be written, e.g. on a full disk
   */
  public void stage(Path target, Content content) {
    Path absolute = target.toAbsolutePath();
    try {
      Path directory = absolute.getParent();
      if (directory != null && !Files.isDirectory(directory)) {
        Files.createDirectories(directory);
      }
      Path temporary =
          absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
      Path replaced = temporaryByTarget.put(absolute, temporary);
      if (replaced != null) {
        Files.deleteIfExists(replaced);
      }
      writeAndForce(temporary, content);
    } catch (IOException e) {
      throw FileErrors.cannotWrite(target, e);
    }
  }

  /**
   * Gives every staged file its name.
   *
   * @throws FileAccessException if a name cannot be taken, e.g. because a directory has it
   */
  public void commit() {
    var entries = temporaryByTarget.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Path, Path> entry = entries.next();
      try {
        rename(entry.getValue(), entry.getKey());
      } catch (IOException e) {
        throw FileErrors.cannotWrite(entry.getKey(), e);
      }
      entries.remove();
    }
  }

  /** Removes what was staged and not committed. */
  @Override
  public void close() {
    for (Path temporary : temporaryByTarget.values()) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException ignored) {
        // The failure that led here is the one to report; a stray temporary file harms nobody.
      }
    }
    temporaryByTarget.clear();
  }

  private static void writeAndForce(Path path, Content content) throws IOException {
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      content.writeTo(out);
      out.flush();
      // Some file systems tell of a full disk only here; after the rename it would be too late.
      channel.force(true);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
