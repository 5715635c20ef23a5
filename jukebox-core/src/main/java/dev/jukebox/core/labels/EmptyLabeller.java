package dev.jukebox.core.labels;

import java.util.function.Consumer;

/** The labeller of a model without labels. */
record EmptyLabeller() implements Labeller {

  private static final String NOT_AVAILABLE = "n/a";

  @Override
  public int yLength() {
    return 0;
  }

  @Override
  public Label label(SongMeta song, Consumer<String> warnings) {
    return describe(new long[0]);
  }

  @Override
  public WindowLabel yAtStart(Label label, long startTokens, long rawToTokens) {
    return new WindowLabel(new long[0], new int[0]);
  }

  @Override
  public Label describe(long[] y) {
    return new Label(y.clone(), NOT_AVAILABLE, NOT_AVAILABLE, "", new int[0]);
  }
}
