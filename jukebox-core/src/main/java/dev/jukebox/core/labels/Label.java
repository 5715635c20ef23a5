package dev.jukebox.core.labels;

import java.util.List;

/** What a model is told of one song, in numbers and in words. */
public final class Label {

  private final long[] y;
  private final LabelInfo info;
  private final List<String> warnings;

  /**
   * @param y the numbers, see {@link #y()}
   * @param info the same in words
   * @param warnings sentences about names that the model does not know
   */
  public Label(long[] y, LabelInfo info, List<String> warnings) {
    this.y = y.clone();
    this.info = info;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Total length, offset and sample length in samples, artist id, genre ids (−1 for an empty
   * place), lyric tokens; empty for a model without labels.
   */
  public long[] y() {
    return y.clone();
  }

  /** The label in words. */
  public LabelInfo info() {
    return info;
  }

  /** Sentences about names that the model does not know; none where it knows them all. */
  public List<String> warnings() {
    return warnings;
  }
}
