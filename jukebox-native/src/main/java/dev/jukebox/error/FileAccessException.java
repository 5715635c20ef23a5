package dev.jukebox.error;

/** A file or directory that could not be read or written: its path and the system's reason. */
public class FileAccessException extends JukeboxException {

  /**
   * @param message one sentence for the person who made the call
   */
  public FileAccessException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the person who made the call
   * @param cause what was caught
   */
  public FileAccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
