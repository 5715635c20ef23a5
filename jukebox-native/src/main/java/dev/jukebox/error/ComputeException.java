package dev.jukebox.error;

/**
 * An operation that failed or was given tensors that do not fit together: the operation and the
 * shapes.
 */
public class ComputeException extends JukeboxException {

  /**
   * @param message one sentence for the person who made the call
   */
  public ComputeException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the person who made the call
   * @param cause what was caught
   */
  public ComputeException(String message, Throwable cause) {
    super(message, cause);
  }
}
