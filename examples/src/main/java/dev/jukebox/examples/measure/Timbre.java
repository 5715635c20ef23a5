package dev.jukebox.examples.measure;

import java.util.Arrays;

/**
 * What a song sounds like, whatever is played: mean and standard deviation of the mel-frequency
 * cepstral coefficients of its louder half, but for the one that is loudness.
 */
final class Timbre {
  private static final MelBands BANDS = new MelBands(new Stft(1024, 512, 1024), 40);
  private static final int COEFFICIENTS = 20;
  private static final double FLOOR = 1e-4;

  private Timbre() {}

  /** The features of a song. */
  static double[] of(float[] samples) {
    double[][] power = BANDS.power(samples);
    double floor = FLOOR * MelBands.mean(power);
    double[] loudness =
        Arrays.stream(power).mapToDouble(frame -> Arrays.stream(frame).sum()).toArray();
    double[] sorted = loudness.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    double[] sum = new double[COEFFICIENTS];
    double[] squares = new double[COEFFICIENTS];
    int frames = 0;
    for (int f = 0; f < power.length; f++) {
      if (loudness[f] >= median) {
        frames++;
        for (int k = 1; k <= COEFFICIENTS; k++) {
          double value = cepstral(power[f], floor, k);
          sum[k - 1] += value;
          squares[k - 1] += value * value;
        }
      }
    }
    double[] features = new double[2 * COEFFICIENTS];
    for (int k = 0; k < COEFFICIENTS; k++) {
      double mean = sum[k] / frames;
      features[k] = mean;
      features[COEFFICIENTS + k] = Math.sqrt(Math.max(0, squares[k] / frames - mean * mean));
    }
    return features;
  }

  private static double cepstral(double[] power, double floor, int k) {
    double sum = 0;
    for (int b = 0; b < power.length; b++) {
      sum += Math.log(power[b] + floor) * Math.cos(Math.PI * k * (b + 0.5) / power.length);
    }
    return sum / power.length;
  }
}
