package dev.jukebox.core.labels;

import java.util.List;

/** The labeller of a model without labels. */
record EmptyLabeller() implements Labeller {

  private static final String NOT_AVAILABLE = "n/a";

  @Override
  public int yLength() {
    return 0;
  }

  @Override
  public Label label(Metadata song) {
    return new Label(new long[0], describe(new long[0]), List.of());
  }

  @Override
  public WindowLabel yAtStart(Label label, long startTokens, long rawToTokens) {
    return new WindowLabel(new long[0], new int[0]);
  }

  @Override
  public LabelInfo describe(long[] y) {
    return new LabelInfo(NOT_AVAILABLE, NOT_AVAILABLE, "", new int[0]);
  }
}
