package dev.jukebox.examples.measure;

import java.util.stream.IntStream;

/**
 * Spearman's rank correlation: 1 where one list rises with the other, 0 where they are unrelated.
 */
final class RankCorrelation {

  private RankCorrelation() {}

  /** The correlation of two lists of one length; 0 where all of a list is the same. */
  static double of(double[] a, double[] b) {
    double[] x = ranks(a);
    double[] y = ranks(b);
    double mean = (x.length + 1) / 2.0;
    double both = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < x.length; i++) {
      both += (x[i] - mean) * (y[i] - mean);
      first += (x[i] - mean) * (x[i] - mean);
      second += (y[i] - mean) * (y[i] - mean);
    }
    return first == 0 || second == 0 ? 0 : both / Math.sqrt(first * second);
  }

  /** Ranks from 1 on; equal values share the mean of theirs. */
  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted((i, j) -> Double.compare(values[i], values[j]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    int start = 0;
    for (int end = 1; end <= order.length; end++) {
      if (end == order.length || values[order[end]] != values[order[start]]) {
        for (int i = start; i < end; i++) {
          ranks[order[i]] = (start + 1 + end) / 2.0;
        }
        start = end;
      }
    }
    return ranks;
  }
}
