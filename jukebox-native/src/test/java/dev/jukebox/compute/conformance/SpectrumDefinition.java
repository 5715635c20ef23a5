package dev.jukebox.compute.conformance;

import dev.jukebox.compute.Stft;
import java.util.function.DoubleUnaryOperator;

/** Short-time Fourier transforms by their sums, and distances of magnitudes. */
final class SpectrumDefinition {
  private final Stft stft;
  private final int batch;
  private final int time;
  private final int frames;
  private final DoubleUnaryOperator round;

  SpectrumDefinition(Stft stft, int batch, int time, DoubleUnaryOperator round) {
    this.stft = stft;
    this.batch = batch;
    this.time = time;
    this.frames = 1 + time / stft.hop();
    this.round = round;
  }

  private double r(double x) {
    return round.applyAsDouble(x);
  }

  /** Elements of the spectrum. */
  int size() {
    return batch * frames * (stft.nFft() / 2 + 1) * 2;
  }

  private interface Term {
    void accept(int spectrum, int signal, double re, double im);
  }

  /** Every coefficient of the transform, which is linear. */
  private void forEachTerm(Term body) {
    int bins = stft.nFft() / 2 + 1;
    int first = (stft.nFft() - stft.window()) / 2;
    for (int i = 0; i < stft.window(); i++) {
      double weight = r(0.5 - 0.5 * Math.cos(2 * Math.PI * i / stft.window()));
      for (int k = 0; k < bins; k++) {
        double angle = 2 * Math.PI * ((long) k * (first + i) % stft.nFft()) / stft.nFft();
        double re = r(weight * r(Math.cos(angle)));
        double im = r(-weight * r(Math.sin(angle)));
        for (int row = 0; row < batch * frames; row++) {
          int place = row % frames * stft.hop() + first + i - stft.nFft() / 2;
          int in = place < 0 ? -place : place >= time ? 2 * time - 2 - place : place;
          body.accept((row * bins + k) * 2, row / frames * time + in, re, im);
        }
      }
    }
  }

  double[] transform(double[] x) {
    double[] spectrum = new double[size()];
    forEachTerm(
        (to, from, re, im) -> {
          spectrum[to] = r(spectrum[to] + r(re * x[from]));
          spectrum[to + 1] = r(spectrum[to + 1] + r(im * x[from]));
        });
    return spectrum;
  }

  double[] gradient(double[] dSpectrum) {
    double[] dx = new double[batch * time];
    forEachTerm(
        (from, to, re, im) ->
            dx[to] = r(dx[to] + r(r(re * dSpectrum[from]) + r(im * dSpectrum[from + 1]))));
    return dx;
  }

  private double magnitude(double[] spectrum, int i) {
    return r(Math.sqrt(r(r(spectrum[i] * spectrum[i]) + r(spectrum[i + 1] * spectrum[i + 1]))));
  }

  double[] distances(double[] target, double[] spectrum) {
    double[] result = new double[batch];
    int each = spectrum.length / batch;
    for (int n = 0; n < batch; n++) {
      double sum = 0;
      for (int i = n * each; i < (n + 1) * each; i += 2) {
        double d = r(magnitude(target, i) - magnitude(spectrum, i));
        sum = r(sum + r(d * d));
      }
      result[n] = r(Math.sqrt(sum));
    }
    return result;
  }

  double[] distanceGradient(double[] target, double[] spectrum, double[] weights) {
    double[] distances = distances(target, spectrum);
    double[] result = new double[spectrum.length];
    int each = spectrum.length / batch;
    for (int i = 0; i < spectrum.length; i++) {
      double magnitude = magnitude(spectrum, i / 2 * 2);
      double whole = distances[i / each];
      if (magnitude != 0 && whole != 0) {
        double d = r(magnitude - magnitude(target, i / 2 * 2));
        double slope = r(r(weights[i / each] / whole) * r(d / magnitude));
        result[i] = r(slope * spectrum[i]);
      }
    }
    return result;
  }
}
