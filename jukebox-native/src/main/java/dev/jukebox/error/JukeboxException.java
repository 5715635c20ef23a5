package dev.jukebox.error;

/**
 * The root of all exceptions that Jukebox throws on purpose: one sentence that says what failed,
 * where, and what to do about it.
 *
 * <pre>{@code
 * try {
 *   Jukebox.sample(request);
 * } catch (JukeboxException e) {
 *   System.err.println(e.getMessage());
 * }
 * }</pre>
 */
public class JukeboxException extends RuntimeException {

  /**
   * @param message one sentence for the person who made the call
   */
  public JukeboxException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the person who made the call
   * @param cause what was caught
   */
  public JukeboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
