package dev.jukebox.core.model.cache;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/**
 * The bytes of a file that have arrived so far, in {@code NAME.part}, and in {@code NAME.part.of}
 * which version of the file they are of.
 */
final class PartFile implements AutoCloseable {

  /**
   * What a server says of the version of a file; empty texts and −1 where it says nothing.
   *
   * @param source address it was fetched from
   * @param etag the ETag header
   * @param modified the Last-Modified header
   * @param size bytes of the whole file
   */
  record Version(String source, String etag, String modified, long size) {

    /** Whether bytes of that version can be continued with bytes of this one. */
    boolean continues(Version earlier) {
      if (size != earlier.size) {
        return false;
      }
      if (!etag.isEmpty() && !earlier.etag.isEmpty()) {
        return etag.equals(earlier.etag);
      }
      return source.equals(earlier.source) && modified.equals(earlier.modified);
    }

    /** The condition under which a range of this version may be sent, if there is a safe one. */
    Optional<String> condition() {
      if (!etag.isEmpty()) {
        return etag.startsWith("W/") ? Optional.empty() : Optional.of(etag);
      }
      return modified.isEmpty() ? Optional.empty() : Optional.of(modified);
    }
  }

  private final Path target;
  private final Path part;
  private final Path state;
  private final FileChannel channel;

  PartFile(Path target) {
    this.target = target;
    this.part = target.resolveSibling(target.getFileName() + ".part");
    this.state = target.resolveSibling(target.getFileName() + ".part.of");
    try {
      this.channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  long size() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** The version that the bytes are of; empty where there are none, or of none that is known. */
  Optional<Version> version() {
    if (size() == 0 || !Files.exists(state)) {
      return Optional.empty();
    }
    Properties values = new Properties();
    try (Reader in = Files.newBufferedReader(state, StandardCharsets.UTF_8)) {
      values.load(in);
      return Optional.of(
          new Version(
              values.getProperty("source", ""),
              values.getProperty("etag", ""),
              values.getProperty("modified", ""),
              Long.parseLong(values.getProperty("size", "-1"))));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Drops the bytes and starts anew with another version. */
  void restart(Version version) {
    Properties values = new Properties();
    values.setProperty("source", version.source());
    values.setProperty("etag", version.etag());
    values.setProperty("modified", version.modified());
    values.setProperty("size", Long.toString(version.size()));
    StringWriter text = new StringWriter();
    try {
      channel.truncate(0);
      values.store(text, null);
      Files.writeString(state, text.toString());
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Drops the bytes. */
  void discard() {
    try {
      channel.truncate(0);
      Files.deleteIfExists(state);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  void append(byte[] bytes, int length) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    try {
      channel.position(channel.size());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Gives the file its name; from here on it is complete for every process. */
  void complete() {
    try {
      channel.force(true);
      channel.close();
      try {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.deleteIfExists(state);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Refuses to go on where the disk has no place for so many more bytes. */
  void requireSpace(long bytes) {
    try {
      long free = Files.getFileStore(part.toAbsolutePath().getParent()).getUsableSpace();
      if (bytes > free) {
        throw new FileAccessException(
            "There is no place for "
                + target
                + ": "
                + bytes
                + " bytes are to be fetched and "
                + free
                + " are free; free some, or name another directory in JUKEBOX_CACHE");
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private FileAccessException cannotWrite(IOException e) {
    return new FileAccessException(
        part + " could not be written: " + e + "; free some space, or set JUKEBOX_CACHE", e);
  }

  /** Keeps the bytes for another run, unless there are none. */
  @Override
  public void close() {
    try {
      if (channel.isOpen()) {
        boolean empty = channel.size() == 0;
        channel.close();
        if (empty) {
          Files.deleteIfExists(part);
          Files.deleteIfExists(state);
        }
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }
}
