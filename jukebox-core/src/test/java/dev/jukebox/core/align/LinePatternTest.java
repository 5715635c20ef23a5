package dev.jukebox.core.align;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A line through the lyrics is told from all that is none. */
class LinePatternTest {
  private static final int[][] SIZES = {{64, 24}, {97, 61}, {256, 512}, {16, 8}};

  private interface Attention {
    double at(double time, int character, int characters);
  }

  /** A picture whose rows add up to {@code mass}. */
  private static double[][] picture(int times, int characters, double mass, Attention attention) {
    double[][] picture = new double[times][characters];
    for (int t = 0; t < times; t++) {
      for (int c = 0; c < characters; c++) {
        picture[t][c] = attention.at(t / (times - 1.0), c, characters);
      }
      double sum = Arrays.stream(picture[t]).sum();
      for (int c = 0; c < characters; c++) {
        picture[t][c] *= mass / sum;
      }
    }
    return picture;
  }

  private static double peak(double distance) {
    return Math.exp(-2 * distance * distance);
  }

  private static double line(double time, int c, int n) {
    return peak(c - time * (n - 1));
  }

  @Test
  void aLineScoresHigh() {
    for (int[] size : SIZES) {
      LinePattern pattern = LinePattern.of(picture(size[0], size[1], 1, LinePatternTest::line));
      assertTrue(pattern.correlation() > 0.99, pattern.toString());
      assertTrue(pattern.concentration() > 0.9, pattern.toString());
      assertTrue(pattern.score() > 0.5, pattern.toString());
    }
  }

  @Test
  void partOfTheTextAndAWeakerLineScoreBetween() {
    LinePattern whole = LinePattern.of(picture(256, 512, 1, LinePatternTest::line));
    LinePattern part =
        LinePattern.of(picture(256, 512, 1, (t, c, n) -> peak(c - n * (0.3 + 0.3 * t))));
    assertTrue(part.score() > 0.8 && part.score() <= whole.score(), part.toString());
    LinePattern weak = LinePattern.of(picture(256, 512, 0.5, LinePatternTest::line));
    assertEquals(whole.score() / 2, weak.score(), 1e-9);
    assertEquals(whole.correlation(), weak.correlation(), 1e-9);
  }

  @Test
  void whatDoesNotMoveOnScoresNothing() {
    for (int[] size : SIZES) {
      int times = size[0];
      int characters = size[1];
      assertLow(picture(times, characters, 1, (t, c, n) -> 1));
      assertLow(picture(times, characters, 1, (t, c, n) -> c == n / 2 ? 1 : 0));
      assertLow(picture(times, characters, 1, (t, c, n) -> peak(c - (1 - t) * (n - 1))));
      assertLow(new double[times][characters]);
    }
  }

  @Test
  void noiseScoresLow() {
    Random random = new Random(4);
    for (int[] size : new int[][] {{64, 24}, {97, 61}, {256, 512}}) {
      assertLow(picture(size[0], size[1], 1, (t, c, n) -> random.nextDouble()));
    }
  }

  /** A drift that is nearly nothing has a correlation, and is no line. */
  @Test
  void aFaintDriftScoresLow() {
    LinePattern pattern =
        LinePattern.of(picture(256, 512, 1, (t, c, n) -> 1 + 0.05 * (t - 0.5) * (c - n / 2.0) / n));
    assertTrue(pattern.correlation() > 0.9, pattern.toString());
    assertTrue(pattern.score() < 0.01, pattern.toString());
  }

  private static void assertLow(double[][] picture) {
    LinePattern pattern = LinePattern.of(picture);
    assertTrue(pattern.score() < 0.1, pattern.toString());
  }
}
