package dev.jukebox.examples.measure;

import java.util.HashMap;
import java.util.Map;

/** How often each code occurs. */
final class Unigrams {
  private final Map<Integer, Long> counts = new HashMap<>();
  private long total;

  /** Counts codes. */
  void add(int[] codes) {
    for (int code : codes) {
      counts.merge(code, 1L, Long::sum);
    }
    total += codes.length;
  }

  /** Number of different codes. */
  int different() {
    return counts.size();
  }

  /** Bits for each code if nothing but its frequency among those counted is known. */
  double entropy() {
    double bits = 0;
    for (long count : counts.values()) {
      double share = (double) count / total;
      bits -= share * Math.log(share) / Math.log(2);
    }
    return bits;
  }
}
