package dev.jukebox.benchmarks;

import java.util.Arrays;
import java.util.List;

/** Comparisons that stop a benchmark whose result is wrong. */
final class Checks {

  private Checks() {}

  /** Throws unless the condition holds. */
  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException("wrong result: " + message);
    }
  }

  /** Throws unless there are codes, and as many and the same ones for every item. */
  static void requireSameCodes(List<int[]> expected, List<int[]> actual, String what) {
    require(expected.size() == actual.size() && !expected.isEmpty(), what + ": number of items");
    for (int n = 0; n < expected.size(); n++) {
      require(expected.get(n).length > 0, what + ": no codes");
      int place = Arrays.mismatch(expected.get(n), actual.get(n));
      require(place < 0, what + ": item " + n + " differs from code " + place);
    }
  }

  /** Throws unless every code is in [0, bins) and there are at least two different ones. */
  static void requireCodes(int[] codes, int bins, String what) {
    require(
        Arrays.stream(codes).allMatch(code -> code >= 0 && code < bins),
        what + ": a code outside [0, " + bins + ")");
    require(Arrays.stream(codes).distinct().count() > 1, what + ": all codes are the same");
  }

  /** Throws unless all numbers are finite and at least two of them differ. */
  static void requireNumbers(float[] values, String what) {
    boolean differ = false;
    for (float value : values) {
      require(Float.isFinite(value), what + ": not finite");
      differ |= value != values[0];
    }
    require(differ, what + ": fewer than two different numbers");
  }

  /** Throws unless errors are within {@code tolerance} of the largest expected magnitude. */
  static void requireClose(float[] expected, float[] actual, double tolerance, String what) {
    require(expected.length == actual.length && expected.length > 0, what + ": number of values");
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs((double) expected[i] - actual[i]);
      require(Double.isFinite(error), what + ": not finite at " + i);
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, error);
    }
    require(
        worst <= tolerance * largest,
        what + ": error " + worst + " where the largest value is " + largest);
  }
}
