package dev.jukebox.core.model.cache;

import dev.jukebox.error.FileAccessException;

/** A file that every one of its sources was asked for in vain. */
final class NoSourceException extends FileAccessException {

  private static final long serialVersionUID = 1L;

  NoSourceException(String message) {
    super(message);
  }
}
