package dev.jukebox.core.labels;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;

/**
 * The part of the lyrics that a window of music is conditioned on: n_tokens characters, and the
 * place of each in the full text.
 *
 * <p>A text shorter than n_tokens is padded at its front with token 0 at index −1. Otherwise the
 * window lies around the character at the same relative place as the middle of the music window,
 * moved into the text: characters [m − ⌊n/2⌋, m − ⌊n/2⌋ + n), m = ⌊length·(offset +
 * duration/2)/total⌋. The original has no window for an odd n_tokens within a longer text; this one
 * is its formula without that gap.
 */
final class LyricWindow {

  private final int[] tokens;
  private final int[] indices;

  private LyricWindow(int[] tokens, int[] indices) {
    this.tokens = tokens;
    this.indices = indices;
  }

  /** The window of a fresh label, placed in double precision. */
  static LyricWindow ofLabel(
      int[] fullTokens, int nTokens, long totalLength, long offset, long duration) {
    int length = fullTokens.length;
    if (length < nTokens) {
      return padded(fullTokens, nTokens);
    }
    requireInside(totalLength, offset);
    return around((int) (length * (offset + duration / 2.0) / totalLength), fullTokens, nTokens);
  }

  /**
   * The window of a later start, placed in single precision: the original computes it on tensors.
   */
  static LyricWindow ofWindow(
      int[] fullTokens, int nTokens, long totalLength, long offset, long duration) {
    int length = fullTokens.length;
    if (length < nTokens) {
      return padded(fullTokens, nTokens);
    }
    requireInside(totalLength, offset);
    float middle = (float) offset + (float) duration / 2.0f;
    return around((int) ((float) length * middle / (float) totalLength), fullTokens, nTokens);
  }

  /** The token of each character of the window, 0 for padding. */
  int[] tokens() {
    return tokens;
  }

  /** The index of each character of the window in the full text, −1 for padding. */
  int[] indices() {
    return indices;
  }

  private static LyricWindow padded(int[] fullTokens, int nTokens) {
    int padding = nTokens - fullTokens.length;
    int[] tokens = new int[nTokens];
    int[] indices = new int[nTokens];
    Arrays.fill(indices, 0, padding, -1);
    for (int i = 0; i < fullTokens.length; i++) {
      tokens[padding + i] = fullTokens[i];
      indices[padding + i] = i;
    }
    return new LyricWindow(tokens, indices);
  }

  private static LyricWindow around(int middle, int[] fullTokens, int nTokens) {
    int before = nTokens / 2;
    int last = fullTokens.length - (nTokens - before);
    int first = Math.min(Math.max(middle, before), last) - before;
    int[] tokens = Arrays.copyOfRange(fullTokens, first, first + nTokens);
    int[] indices = new int[nTokens];
    Arrays.setAll(indices, i -> first + i);
    return new LyricWindow(tokens, indices);
  }

  private static void requireInside(long totalLength, long offset) {
    if (offset < 0 || offset >= totalLength) {
      throw new InvalidInputException(
          "The window starts at sample "
              + offset
              + ", outside the song of "
              + totalLength
              + " samples; give a longer total length or an earlier offset");
    }
  }
}
