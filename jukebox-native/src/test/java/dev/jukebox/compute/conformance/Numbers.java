package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;

/** Values for tests, and how results are judged. */
final class Numbers {
  /** How much further from the truth than the plain computation a result may be. */
  private static final double FACTOR = 4;

  /** What rounding alone costs, relative to the largest value: a few units in the last place. */
  private static final double FLOOR = 4 * Math.ulp(1f);

  private Numbers() {}

  /** Normally distributed values. */
  static float[] random(long seed, int size, double scale) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  /**
   * Requires that {@code got} is about as near to the double-precision {@code truth} as {@code
   * plain}, a plain fp32 computation.
   */
  static void close(float[] got, float[] plain, double[] truth) {
    close(got, plain, truth, 0);
  }

  /**
   * As the other, for sums whose terms cancel.
   *
   * @param magnitude what the sums are on the way, which decides how they round; a lone result can
   *     by chance be much smaller
   */
  static void close(float[] got, float[] plain, double[] truth, double magnitude) {
    assertEquals(truth.length, got.length, "elements");
    assertEquals(truth.length, plain.length, "elements of the plain computation");
    double allowed = 0;
    double largest = magnitude;
    double worst = 0;
    int place = -1;
    for (int i = 0; i < truth.length; i++) {
      if (!Float.isFinite(got[i])) {
        fail(got[i] + " at " + i + ", expected " + truth[i]);
      }
      allowed = Math.max(allowed, Math.abs(plain[i] - truth[i]));
      largest = Math.max(largest, Math.abs(truth[i]));
      double error = Math.abs(got[i] - truth[i]);
      if (!(error <= worst)) {
        worst = error;
        place = i;
      }
    }
    double bound = FACTOR * allowed + FLOOR * largest;
    assertTrue(
        worst <= bound,
        "error "
            + worst
            + " at "
            + place
            + " is above "
            + bound
            + " (plain fp32 has "
            + allowed
            + ")"
            + (place < 0 ? "" : ": " + got[place] + ", expected " + truth[place]));
  }

  /** Requires the same bits. */
  static void sameBits(float[] expected, float[] got, String what) {
    assertEquals(expected.length, got.length, what);
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(got[i])) {
        assertEquals(expected[i], got[i], what + ": element " + i);
        assertEquals(
            Float.floatToRawIntBits(expected[i]),
            Float.floatToRawIntBits(got[i]),
            what + ": bits of element " + i);
      }
    }
  }
}
