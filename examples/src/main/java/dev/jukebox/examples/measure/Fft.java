package dev.jukebox.examples.measure;

/** The discrete Fourier transform of a power of two, in place (Cooley and Tukey, radix 2). */
final class Fft {
  private final int size;
  private final double[] cos;
  private final double[] sin;

  /** Prepares transforms of one size, a power of two. */
  Fft(int size) {
    if (Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("an FFT of " + size + " is not of a power of two");
    }
    this.size = size;
    this.cos = new double[size / 2];
    this.sin = new double[size / 2];
    for (int i = 0; i < size / 2; i++) {
      cos[i] = Math.cos(-2 * Math.PI * i / size);
      sin[i] = Math.sin(-2 * Math.PI * i / size);
    }
  }

  /** Replaces size complex numbers by their transform, X_k = Σ x_n exp(−2πi·kn/size). */
  void transform(double[] re, double[] im) {
    reverseBits(re, im);
    for (int half = 1; half < size; half *= 2) {
      int stride = size / (2 * half);
      for (int start = 0; start < size; start += 2 * half) {
        for (int i = 0; i < half; i++) {
          int a = start + i;
          int b = a + half;
          double r = re[b] * cos[i * stride] - im[b] * sin[i * stride];
          double j = re[b] * sin[i * stride] + im[b] * cos[i * stride];
          re[b] = re[a] - r;
          im[b] = im[a] - j;
          re[a] += r;
          im[a] += j;
        }
      }
    }
  }

  private void reverseBits(double[] re, double[] im) {
    int shift = Integer.numberOfLeadingZeros(size) + 1;
    for (int i = 1; i < size; i++) {
      int j = Integer.reverse(i) >>> shift;
      if (j > i) {
        double r = re[i];
        re[i] = re[j];
        re[j] = r;
        double m = im[i];
        im[i] = im[j];
        im[j] = m;
      }
    }
  }

  /** The magnitudes [size/2 + 1] of real samples, at most size of them, followed by zeros. */
  double[] magnitudes(double[] samples) {
    double[] re = new double[size];
    double[] im = new double[size];
    System.arraycopy(samples, 0, re, 0, samples.length);
    transform(re, im);
    double[] magnitudes = new double[size / 2 + 1];
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] = Math.hypot(re[i], im[i]);
    }
    return magnitudes;
  }
}
