package dev.jukebox.core.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Comparison relative to the largest expected value; NaN fails. */
public final class Relative {

  private Relative() {}

  /** Fails with the largest error and its place unless all errors are within the tolerance. */
  public static void assertClose(
      float[] expected, float[] actual, double tolerance, String message) {
    assertEquals(expected.length, actual.length, message + ": length");
    assertTrue(expected.length > 0, message + ": nothing to compare");
    double largest = 0;
    double worst = 0;
    int place = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double error = Math.abs((double) expected[i] - actual[i]);
      assertTrue(Double.isFinite(error), message + ": not finite at " + i);
      if (error > worst) {
        worst = error;
        place = i;
      }
    }
    assertTrue(
        worst <= tolerance * largest,
        "%s: error %.3g at %d, relative to %.3g: %.3g, allowed %.3g"
            .formatted(message, worst, place, largest, worst / largest, tolerance));
  }
}
