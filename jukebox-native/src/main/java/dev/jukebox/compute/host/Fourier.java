package dev.jukebox.compute.host;

/** Discrete Fourier transforms of powers of two, in double precision. */
final class Fourier {

  private Fourier() {}

  /**
   * Σ_n (re[n] + i·im[n])·e^(−2πikn/N) for every k.
   *
   * @return real parts, then imaginary parts
   */
  static double[][] transform(double[] re, double[] im) {
    int size = re.length;
    if (size == 1) {
      return new double[][] {re, im};
    }
    int half = size / 2;
    double[][] even = transform(everySecond(re, 0), everySecond(im, 0));
    double[][] odd = transform(everySecond(re, 1), everySecond(im, 1));
    double[][] result = new double[2][size];
    for (int k = 0; k < half; k++) {
      double angle = -2 * Math.PI * k / size;
      double turnedRe = Math.cos(angle) * odd[0][k] - Math.sin(angle) * odd[1][k];
      double turnedIm = Math.cos(angle) * odd[1][k] + Math.sin(angle) * odd[0][k];
      result[0][k] = even[0][k] + turnedRe;
      result[1][k] = even[1][k] + turnedIm;
      result[0][k + half] = even[0][k] - turnedRe;
      result[1][k + half] = even[1][k] - turnedIm;
    }
    return result;
  }

  private static double[] everySecond(double[] values, int from) {
    double[] some = new double[values.length / 2];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[2 * i + from];
    }
    return some;
  }
}
