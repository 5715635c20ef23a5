package dev.jukebox.core.weights.store;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A file of any size, mapped into memory piece by piece as it is looked at; safe for several
 * threads.
 *
 * <p>Views handed out stay readable after {@link #close()}; the file must not be shortened by
 * another program while it is in use.
 */
public final class MappedFile implements ByteSource, AutoCloseable {
  /** Segments begin this far apart and are twice as long, so that every view lies within one. */
  private static final long STEP = MAX_VIEW;

  private final Path path;
  private final FileChannel channel;
  private final long byteSize;
  private final AtomicReferenceArray<MappedByteBuffer> segments;

  private MappedFile(Path path, FileChannel channel, long byteSize) {
    this.path = path;
    this.channel = channel;
    this.byteSize = byteSize;
    this.segments = new AtomicReferenceArray<>(Math.toIntExact(byteSize / STEP + 1));
  }

  /**
   * Opens a file for reading.
   *
   * @throws FileAccessException if there is no such file or it cannot be read
   */
  public static MappedFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new FileAccessException(path + " is a directory, a file was expected");
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new MappedFile(path, channel, channel.size());
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new FileAccessException("there is no file " + path, e);
    } catch (IOException e) {
      throw FileErrors.cannotRead(path, e);
    }
  }

  /** The path the file was opened by. */
  public Path path() {
    return path;
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public String description() {
    return path.toString();
  }

  @Override
  public ByteBuffer view(long start, int length) {
    Ranges.check(start, length, byteSize);
    Ranges.check(0, length, MAX_VIEW);
    if (length == 0) {
      return ByteBuffer.allocate(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
    int index = (int) (start / STEP);
    return segment(index)
        .slice((int) (start - index * STEP), length)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private MappedByteBuffer segment(int index) {
    MappedByteBuffer segment = segments.get(index);
    if (segment != null) {
      return segment;
    }
    long first = index * STEP;
    try {
      MappedByteBuffer fresh =
          channel.map(
              FileChannel.MapMode.READ_ONLY, first, Math.min(byteSize - first, Integer.MAX_VALUE));
      return segments.compareAndSet(index, null, fresh) ? fresh : segments.get(index);
    } catch (ClosedChannelException e) {
      throw new FileAccessException(path + " was already closed", e);
    } catch (IOException e) {
      throw FileErrors.cannotRead(path, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileErrors.cannotRead(path, e);
    }
  }
}
