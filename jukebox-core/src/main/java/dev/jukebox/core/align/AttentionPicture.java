package dev.jukebox.core.align;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The attention of one head in one window, [times][characters]: positions of music pooled by their
 * mean to a bounded number of times, and of the cache rows those that hold a character of the text.
 */
final class AttentionPicture {
  private static final int MOST_TIMES = 256;

  private final int lyricPositions;
  private final int positions;
  private final int[] columns;
  private final double[][] sums;
  private final int[] counts;

  /**
   * An empty picture.
   *
   * @param lyricPositions positions before the first code, which are left out
   * @param codes codes of the window
   * @param lyricIndices the place of each token in the text, −1 for padding
   */
  AttentionPicture(int lyricPositions, int codes, int[] lyricIndices) {
    this.lyricPositions = lyricPositions;
    this.positions = codes;
    this.columns =
        IntStream.range(0, lyricIndices.length).filter(token -> lyricIndices[token] >= 0).toArray();
    int times = Math.min(codes, MOST_TIMES);
    this.sums = new double[times][columns.length];
    this.counts = new int[times];
  }

  /** Adds the attention of positions from {@code start} on, [positions, cache rows]. */
  void add(int start, int rowLength, float[] weights) {
    for (int i = 0; i * rowLength < weights.length; i++) {
      int code = start + i - lyricPositions;
      if (code >= 0 && code < positions) {
        int time = (int) ((long) code * sums.length / positions);
        counts[time]++;
        for (int c = 0; c < columns.length; c++) {
          sums[time][c] += weights[i * rowLength + columns[c]];
        }
      }
    }
  }

  /** The mean attention of each time. */
  double[][] means() {
    double[][] means = new double[sums.length][];
    for (int time = 0; time < sums.length; time++) {
      int count = Math.max(1, counts[time]);
      means[time] = Arrays.stream(sums[time]).map(sum -> sum / count).toArray();
    }
    return means;
  }
}
