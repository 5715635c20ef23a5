package dev.jukebox.error;

/** A run or an allocation that needs more memory than there is: both numbers. */
public class InsufficientMemoryException extends JukeboxException {

  /**
   * @param message one sentence for the person who made the call
   */
  public InsufficientMemoryException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the person who made the call
   * @param cause what was caught
   */
  public InsufficientMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
