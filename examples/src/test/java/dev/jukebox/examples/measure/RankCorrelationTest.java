package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Correlations that are known beforehand. */
class RankCorrelationTest {

  @Test
  void onlyTheOrderCounts() {
    double[] time = {1, 2, 3, 4, 5};
    assertEquals(1, RankCorrelation.of(time, new double[] {-3, 0, 0.1, 50, 1e9}), 1e-12);
    assertEquals(-1, RankCorrelation.of(time, new double[] {9, 8, 7, 3, 1}), 1e-12);
    assertEquals(0, RankCorrelation.of(time, new double[] {7, 7, 7, 7, 7}), 0);
  }

  /** 1 − 6·Σd²/(n(n² − 1)) without ties, d = 1, 1, 0, 2, 2 here. */
  @Test
  void isTheFormulaOfSpearman() {
    double[] a = {10, 20, 30, 40, 50};
    double[] b = {2, 1, 3, 6, 4};
    assertEquals(1 - 6.0 * 4 / (5 * 24), RankCorrelation.of(a, b), 1e-12);
  }

  /** Pearson's correlation of the ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4. */
  @Test
  void equalValuesShareTheirRank() {
    double[] a = {1, 2, 2, 3};
    double[] b = {1, 3, 2, 4};
    assertEquals(4.5 / Math.sqrt(4.5 * 5), RankCorrelation.of(a, b), 1e-12);
  }
}
