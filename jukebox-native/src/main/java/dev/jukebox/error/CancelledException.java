package dev.jukebox.error;

/** A run that was stopped by its caller between two tokens; what was finished is kept. */
public class CancelledException extends JukeboxException {

  /**
   * @param message one sentence for the person who made the call
   */
  public CancelledException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the person who made the call
   * @param cause what was caught
   */
  public CancelledException(String message, Throwable cause) {
    super(message, cause);
  }
}
