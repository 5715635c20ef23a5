package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Score;

/** Power in triangular bands that are evenly spaced on the mel scale. */
final class MelBands {
  private static final double LOWEST = 60;
  private static final double HIGHEST = 10000;

  private final Stft stft;
  private final double[][] weights;

  /** Bands of the spectra of this transform. */
  MelBands(Stft stft, int bands) {
    this.stft = stft;
    this.weights = new double[bands][stft.size() / 2 + 1];
    for (int b = 0; b < bands; b++) {
      double left = edge(b, bands);
      double centre = edge(b + 1, bands);
      double right = edge(b + 2, bands);
      double sum = 0;
      for (int i = 0; i < weights[b].length; i++) {
        double hertz = (double) i * Score.SAMPLE_RATE / stft.size();
        double rise = (hertz - left) / (centre - left);
        double fall = (right - hertz) / (right - centre);
        weights[b][i] = Math.max(0, Math.min(rise, fall));
        sum += weights[b][i];
      }
      // A low band can be narrower than the lines of the spectrum.
      if (sum == 0) {
        weights[b][(int) Math.round(centre * stft.size() / Score.SAMPLE_RATE)] = 1;
      }
    }
  }

  private static double edge(int i, int bands) {
    double low = mel(LOWEST);
    double mel = low + (mel(HIGHEST) - low) * i / (bands + 1);
    return 700 * (Math.pow(10, mel / 2595) - 1);
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  /** Number of bands. */
  int count() {
    return weights.length;
  }

  /** The power [frames][bands]. */
  double[][] power(float[] samples) {
    double[][] magnitudes = stft.magnitudes(samples);
    double[][] power = new double[magnitudes.length][count()];
    for (int f = 0; f < power.length; f++) {
      for (int b = 0; b < count(); b++) {
        for (int i = 0; i < magnitudes[f].length; i++) {
          double weight = weights[b][i];
          if (weight > 0) {
            power[f][b] += weight * magnitudes[f][i] * magnitudes[f][i];
          }
        }
      }
    }
    return power;
  }

  /** The mean of all power, by which loud and soft songs are made alike; above 0. */
  static double mean(double[][] power) {
    double sum = 0;
    long count = 0;
    for (double[] frame : power) {
      for (double value : frame) {
        sum += value;
        count++;
      }
    }
    return Math.max(sum / Math.max(1, count), Double.MIN_NORMAL);
  }
}
