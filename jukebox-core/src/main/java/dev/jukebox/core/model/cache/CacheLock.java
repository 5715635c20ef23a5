package dev.jukebox.core.model.cache;

import dev.jukebox.error.CancelledException;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lets one thread of one process at a time fetch a file; the others wait. */
final class CacheLock {

  private static final long WAIT_MILLIS = 50;

  private final FileChannel channel;
  private final Path file;

  private CacheLock(FileChannel channel, Path file) {
    this.channel = channel;
    this.file = file;
  }

  /** Waits until no other thread or process holds the lock beside {@code target}. */
  static CacheLock acquire(Path target) {
    Path file = target.resolveSibling("." + target.getFileName() + ".lock");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        while (!isLocked(channel)) {
          Thread.sleep(WAIT_MILLIS);
        }
        return new CacheLock(channel, file);
      } catch (IOException | InterruptedException e) {
        channel.close();
        throw e;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("Waiting for " + target + " was interrupted", e);
    } catch (IOException e) {
      throw new FileAccessException(
          "The cache directory cannot be used, for "
              + file
              + " could not be locked: "
              + e
              + "; name another directory in JUKEBOX_CACHE",
          e);
    }
  }

  /** Tries to lock; a lock of this process is refused by an exception, one of another by null. */
  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Lets the next one in. */
  void close() {
    try {
      // Closing the channel ends the lock; the empty file stays, for another may wait on it.
      channel.close();
    } catch (IOException e) {
      throw new FileAccessException("The lock " + file + " could not be released: " + e, e);
    }
  }
}
