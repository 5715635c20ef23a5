package dev.jukebox.core.labels;

/** What a model is told of one window of a song. */
public final class WindowLabel {

  private final long[] y;
  private final int[] lyricIndices;

  WindowLabel(long[] y, int[] lyricIndices) {
    this.y = y.clone();
    this.lyricIndices = lyricIndices.clone();
  }

  /**
   * As {@link Label#y()}, for the window's own offset and lyrics; empty for a model without labels.
   */
  public long[] y() {
    return y.clone();
  }

  /**
   * The place of each lyric token in the full text, −1 for padding; empty for a model without
   * lyrics.
   */
  public int[] lyricIndices() {
    return lyricIndices.clone();
  }
}
