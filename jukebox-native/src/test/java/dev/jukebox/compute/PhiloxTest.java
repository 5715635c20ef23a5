package dev.jukebox.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

/** Philox4x32-10 against the known answers that its authors publish, and as a source of draws. */
class PhiloxTest {

  @Test
  void knownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, Philox.words(0, 0, 0, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        Philox.words(-1L, -1, -1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        Philox.words(0x299f31d0a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344));
  }

  @Test
  void drawsAreUniform() {
    int bins = 100;
    long[] counts = new long[bins];
    double[] expected = new double[bins];
    Arrays.fill(expected, 1000);
    for (int i = 0; i < 1000 * bins; i++) {
      double draw = Philox.uniform(42, i % 7, i % 3, i / 21);
      assertTrue(draw >= 0 && draw < 1);
      counts[(int) (draw * bins)]++;
    }
    assertTrue(new ChiSquareTest().chiSquareTest(expected, counts) > 1e-4);
  }

  @Test
  void everyPartOfTheKeyMatters() {
    double draw = Philox.uniform(1, 2, 0, 3);
    assertEquals(draw, Philox.uniform(1, 2, 0, 3));
    assertNotEquals(draw, Philox.uniform(2, 2, 0, 3));
    assertNotEquals(draw, Philox.uniform(1, 3, 0, 3));
    assertNotEquals(draw, Philox.uniform(1, 2, 1, 3));
    assertNotEquals(draw, Philox.uniform(1, 2, 0, 4));
    assertNotEquals(draw, Philox.uniform(1, 2, 0, 3L + (1L << 32)));
  }
}
