package dev.jukebox.api;

/** Hears how far the search for the head that follows the lyrics is, and can stop it. */
public interface AlignmentListener {

  /** A listener that hears nothing and stops nothing. */
  static AlignmentListener none() {
    return new AlignmentListener() {};
  }

  /** Windows of music were looked at. */
  default void progress(int done, int total) {}

  /** Something the user should know, such as a song that cannot be read. */
  default void warning(String message) {}

  /** Asked between two windows: true ends the search with a CancelledException. */
  default boolean isCancelled() {
    return false;
  }
}
