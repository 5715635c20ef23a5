package dev.jukebox.core.prior;

import dev.jukebox.compute.DType;
import java.util.Arrays;
import java.util.Random;

/**
 * What keys and values become in their cache.
 *
 * @param type type of the cache
 * @param noise relative size of an error before they are rounded, such as fp32 makes: what lies
 *     near the middle between two numbers of the cache is then rounded to either
 * @param seed of the noise
 */
record CacheRounding(DType type, double noise, long seed) {

  /** As they are computed. */
  static CacheRounding exact(DType type) {
    return new CacheRounding(type, 0, 0);
  }

  /** Rounds keys and values in place. */
  void apply(double[][] rows) {
    if (type == DType.F32) {
      return;
    }
    Random random = new Random(seed);
    for (double[] row : rows) {
      double size = Math.sqrt(Arrays.stream(row).map(value -> value * value).average().orElse(0));
      for (int i = 0; i < row.length; i++) {
        double value = row[i] + noise * size * random.nextGaussian();
        row[i] = OracleRounding.round(new float[] {(float) value}, type)[0];
      }
    }
  }
}
