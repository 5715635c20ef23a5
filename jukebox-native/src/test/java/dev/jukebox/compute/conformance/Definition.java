package dev.jukebox.compute.conformance;

import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** How a definition is computed: exactly, or as plain fp32, and what its slopes are. */
final class Definition {
  /** Double precision. */
  static final DoubleUnaryOperator EXACT = x -> x;

  /** Every result is rounded to single precision. */
  static final DoubleUnaryOperator SINGLE = x -> (double) (float) x;

  private Definition() {}

  /** The values in double precision. */
  static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  /** The values in single precision. */
  static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  /** Σ a·b. */
  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The gradient of a function by central differences, exact to about 1e-8. */
  static double[] slopes(ToDoubleFunction<double[]> function, double[] at) {
    double[] slopes = new double[at.length];
    double[] moved = at.clone();
    double step = 1e-5;
    for (int i = 0; i < at.length; i++) {
      moved[i] = at[i] + step;
      double above = function.applyAsDouble(moved);
      moved[i] = at[i] - step;
      slopes[i] = (above - function.applyAsDouble(moved)) / (2 * step);
      moved[i] = at[i];
    }
    return slopes;
  }
}
