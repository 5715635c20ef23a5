package dev.jukebox.core.weights.pickle;

import dev.jukebox.error.CheckpointException;

/**
 * A pickle that is damaged or uses what we do not read; the message continues a sentence that
 * begins with the file's name.
 */
public class PickleFormatException extends CheckpointException {

  /**
   * @param message the rest of a sentence about the file
   */
  public PickleFormatException(String message) {
    super(message);
  }
}
