package dev.jukebox.core.weights.pickle;

/** Python's {@code None}. */
public enum None {
  /** The only value. */
  NONE
}
