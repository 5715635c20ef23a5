package dev.jukebox.core.prior;

import dev.jukebox.compute.DType;

/** What weights become in fewer bits, by arithmetic on values rather than on their bits. */
final class OracleRounding {

  private OracleRounding() {}

  /** The weights of one output, rounded. */
  static float[] round(float[] weights, DType storage) {
    float[] rounded = new float[weights.length];
    float largest = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
    }
    for (int i = 0; i < weights.length; i++) {
      rounded[i] =
          switch (storage) {
            case F32 -> weights[i];
            case F16 -> toDigits(weights[i], 11, -14);
            case BF16 -> toDigits(weights[i], 8, -126);
            case I8 -> toStep(weights[i], largest / 127);
            case I32 -> throw new IllegalArgumentException("no weight is kept as I32");
          };
    }
    return rounded;
  }

  /** The nearest number of so many binary digits, ties to even; fewer below 2^leastExponent. */
  private static float toDigits(float value, int digits, int leastExponent) {
    int exponent = value == 0 ? leastExponent : Math.max(Math.getExponent(value), leastExponent);
    double unit = Math.scalb(1.0, exponent - (digits - 1));
    return (float) (Math.rint(value / unit) * unit);
  }

  /** The nearest multiple, in single precision: the step of an output is its largest over 127. */
  private static float toStep(float value, float step) {
    return step == 0 ? 0 : (float) Math.rint(value / step) * step;
  }
}
