package dev.jukebox.core.align;

/** Hears how far a search is, and can stop it. */
public interface AlignmentListener {

  /** A listener that hears nothing and stops nothing. */
  static AlignmentListener none() {
    return new AlignmentListener() {};
  }

  /** Windows were looked at. */
  default void progress(int done, int total) {}

  /** Something the user should know, such as a song that cannot be read. */
  default void warning(String message) {}

  /** Asked between two windows: true ends the search with a CancelledException. */
  default boolean isCancelled() {
    return false;
  }
}
