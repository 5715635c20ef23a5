package dev.jukebox.media;

/** Signals in closed form, and how alike two signals are. */
final class Signals {

  private Signals() {}

  /** amplitude · sin(2π · frequency · (start + i) / rate). */
  static float[] sine(int rate, double frequency, double amplitude, long start, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] =
          (float) (amplitude * Math.sin(2 * Math.PI * frequency * (start + i) / (double) rate));
    }
    return samples;
  }

  /** A sweep that never repeats, so that a shift by one sample shows. */
  static float[] chirp(int rate, double low, double high, double amplitude, int length) {
    float[] samples = new float[length];
    double seconds = (double) length / rate;
    for (int i = 0; i < length; i++) {
      double t = (double) i / rate;
      double phase = 2 * Math.PI * (low * t + (high - low) * t * t / (2 * seconds));
      samples[i] = (float) (amplitude * Math.sin(phase));
    }
    return samples;
  }

  /**
   * The correlation of {@code a[0..n)} and {@code b[0..n)}, n the shorter length; NaN if silent.
   */
  static double correlation(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  /** The largest difference in {@code [from, to)}; NaN counts as infinite. */
  static double maxDifference(float[] a, float[] b, int from, int to) {
    double max = 0;
    for (int i = from; i < to; i++) {
      double difference = Math.abs((double) a[i] - b[i]);
      max = Math.max(max, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return max;
  }
}
