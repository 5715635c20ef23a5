package dev.jukebox.error;

/**
 * A checkpoint or weight file that is damaged, incomplete or of another model than the one asked
 * for.
 */
public class CheckpointException extends JukeboxException {

  /**
   * @param message one sentence for the person who made the call
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the person who made the call
   * @param cause what was caught
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
