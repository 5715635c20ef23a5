package dev.jukebox.error;

/**
 * A request, flag, label or hyperparameter that cannot be used as it was given; nothing was
 * started.
 */
public class InvalidInputException extends JukeboxException {

  /**
   * @param message one sentence for the person who made the call
   */
  public InvalidInputException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the person who made the call
   * @param cause what was caught
   */
  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
