package dev.jukebox.core.train.prior;

import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/** Rows of tokens. */
final class Tokens {

  private Tokens() {}

  /** The rows one after the other, each of which must have this length. */
  static int[] flat(List<int[]> rows, int length) {
    int[] all = new int[rows.size() * length];
    for (int n = 0; n < rows.size(); n++) {
      if (rows.get(n).length != length) {
        throw new InvalidInputException(
            "a window of "
                + length
                + " codes was given "
                + rows.get(n).length
                + ": sample_length must be n_ctx times the samples of a code");
      }
      System.arraycopy(rows.get(n), 0, all, n * length, length);
    }
    return all;
  }

  /** Lyrics, then codes shifted behind the lyric vocabulary. */
  static List<int[]> joined(List<int[]> lyrics, List<int[]> codes, int shift) {
    List<int[]> all = new ArrayList<>();
    for (int n = 0; n < codes.size(); n++) {
      int[] first = lyrics.get(n);
      int[] second = codes.get(n);
      int[] row = new int[first.length + second.length];
      System.arraycopy(first, 0, row, 0, first.length);
      for (int i = 0; i < second.length; i++) {
        row[first.length + i] = second[i] + shift;
      }
      all.add(row);
    }
    return all;
  }
}
