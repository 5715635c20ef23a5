package dev.jukebox.core.audio;

import dev.jukebox.media.SourceWindow;

/**
 * Resampling by a Kaiser-windowed sinc in plain Java, for where FFmpeg cannot be loaded: output k
 * stands at input time k · from / to, and what the lower rate cannot hold is removed.
 */
final class SincResampler {

  /** Zero crossings of the sinc on either side. */
  private static final int CROSSINGS = 32;

  /** Table entries between two zero crossings; the rest is interpolated. */
  private static final int RESOLUTION = 2_048;

  /** The shape of the window: stop band about 90 dB down. */
  private static final double BETA = 9;

  /** Where the filter ends, as a fraction of the lower rate's Nyquist frequency. */
  private static final double CUTOFF = 0.95;

  private final float[] kernel = kernel();

  /** The samples at the other rate, {@code [ceil(length · to / from)]}. */
  float[] resample(float[] samples, int from, int to) {
    if (from == to) {
      return samples.clone();
    }
    float[] result =
        new float[Math.toIntExact(SourceWindow.outputLength(samples.length, from, to))];
    double scale = CUTOFF * Math.min(1, (double) to / from);
    double reach = CROSSINGS / scale;
    for (int k = 0; k < result.length; k++) {
      // The quotient and the rest keep late positions as exact as early ones.
      long product = (long) k * from;
      double fraction = (double) (product % to) / to;
      int base = (int) (product / to);
      int first = Math.max(0, (int) Math.ceil(base + fraction - reach));
      int last = Math.min(samples.length - 1, (int) Math.floor(base + fraction + reach));
      double sum = 0;
      for (int i = first; i <= last; i++) {
        sum += samples[i] * weight(Math.abs(i - base - fraction) * scale);
      }
      result[k] = (float) (sum * scale);
    }
    return result;
  }

  private double weight(double crossings) {
    double at = crossings * RESOLUTION;
    int index = (int) at;
    if (index >= kernel.length - 1) {
      return 0;
    }
    return kernel[index] + (at - index) * (kernel[index + 1] - kernel[index]);
  }

  private static float[] kernel() {
    float[] kernel = new float[CROSSINGS * RESOLUTION + 1];
    for (int i = 0; i < kernel.length; i++) {
      double x = (double) i / RESOLUTION;
      double inside = x / CROSSINGS;
      double window = bessel(BETA * Math.sqrt(1 - inside * inside)) / bessel(BETA);
      double sinc = i == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      kernel[i] = (float) (window * sinc);
    }
    return kernel;
  }

  /** The modified Bessel function of the first kind and order 0, by its series. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int n = 1; term > 1e-16 * sum; n++) {
      term *= x * x / (4.0 * n * n);
      sum += term;
    }
    return sum;
  }
}
