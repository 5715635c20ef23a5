package dev.jukebox.core.files;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Sentences for what the file system refused. */
public final class FileErrors {

  private FileErrors() {}

  /** The exception for a path that could not be read: the path and the system's reason. */
  public static FileAccessException cannotRead(Path path, IOException cause) {
    return new FileAccessException("Cannot read " + path + ": " + reason(cause) + ".", cause);
  }

  /** The exception for a path that could not be written: the path and the system's reason. */
  public static FileAccessException cannotWrite(Path path, IOException cause) {
    return new FileAccessException("Cannot write " + path + ": " + reason(cause) + ".", cause);
  }

  /** The system's reason in a few words, without the path and without a full stop. */
  public static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (cause instanceof DirectoryNotEmptyException) {
      return "a directory of this name is in the way";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "a file of this name is in the way";
    }
    String message =
        cause instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause.getClass().getSimpleName();
    }
    String text = message.strip();
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
