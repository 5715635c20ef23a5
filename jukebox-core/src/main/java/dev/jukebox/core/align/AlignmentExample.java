package dev.jukebox.core.align;

import dev.jukebox.core.labels.WindowLabel;

/** One window of a song with lyrics: what the prior is told, and the codes it hears. */
final class AlignmentExample {
  private final WindowLabel label;
  private final int[] codes;

  /**
   * @param label of the window
   * @param codes of the top level, at most a full window
   */
  AlignmentExample(WindowLabel label, int[] codes) {
    this.label = label;
    this.codes = codes.clone();
  }

  WindowLabel label() {
    return label;
  }

  int[] codes() {
    return codes.clone();
  }
}
