package dev.jukebox.core.prior;

import java.util.List;

/** The inputs of an autoregressive model: each position sees the token before it. */
final class TokenShift {

  private TokenShift() {}

  /** The tokens before positions [start, start + count) of every item; 0 before the first. */
  static int[] previous(List<int[]> tokens, int start, int count) {
    int[] shifted = new int[tokens.size() * count];
    for (int n = 0; n < tokens.size(); n++) {
      for (int i = 0; i < count; i++) {
        int position = start + i;
        shifted[n * count + i] = position == 0 ? 0 : tokens.get(n)[position - 1];
      }
    }
    return shifted;
  }
}
