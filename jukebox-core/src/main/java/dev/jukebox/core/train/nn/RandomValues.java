package dev.jukebox.core.train.nn;

import dev.jukebox.compute.Philox;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Fresh values of parameters: each element depends on the seed, the parameter's name and its place
 * alone.
 *
 * @param seed the run's seed
 */
public record RandomValues(long seed) {
  private static final double UNIT = 1.0 / (1L << 32);

  /** The values of a parameter of {@code size} elements. */
  public float[] of(String name, Initial initial, int size) {
    float[] values = new float[size];
    if (initial instanceof Initial.Constant constant) {
      Arrays.fill(values, constant.value());
      return values;
    }
    if (initial instanceof Initial.Sinusoids sinusoids) {
      fill(values, sinusoids);
      return values;
    }
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int key = (int) crc.getValue();
    for (int i = 0; i < size; i += 4) {
      int[] bits = Philox.words(seed, key, i / 4, 0, 0);
      for (int j = 0; j < 4 && i + j < size; j += 2) {
        double u = (Integer.toUnsignedLong(bits[j]) + 0.5) * UNIT;
        double v = (Integer.toUnsignedLong(bits[j + 1]) + 0.5) * UNIT;
        double[] pair = pair(initial, u, v);
        values[i + j] = (float) pair[0];
        if (i + j + 1 < size) {
          values[i + j + 1] = (float) pair[1];
        }
      }
    }
    return values;
  }

  private static void fill(float[] values, Initial.Sinusoids sinusoids) {
    for (int i = 0; i < values.length; i++) {
      int row = i / sinusoids.width() - sinusoids.rows() / 2;
      int column = i % sinusoids.width();
      double exponent = (double) (column - column % 2) / sinusoids.width();
      double angle = row / Math.pow(10000, exponent);
      double wave = column % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
      values[i] = (float) (Math.sqrt(2) * sinusoids.std() * wave);
    }
  }

  private static double[] pair(Initial initial, double u, double v) {
    if (initial instanceof Initial.Uniform uniform) {
      return new double[] {(2 * u - 1) * uniform.bound(), (2 * v - 1) * uniform.bound()};
    }
    double std = ((Initial.Normal) initial).std();
    double radius = std * Math.sqrt(-2 * Math.log(u));
    return new double[] {radius * Math.cos(2 * Math.PI * v), radius * Math.sin(2 * Math.PI * v)};
  }
}
