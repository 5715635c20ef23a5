package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Score;

/**
 * Hears the tempo of a song, without knowing its genre: the period at whose quarter, half, three
 * quarters, once and twice the rise of the bands' power repeats itself best. That the beat has four
 * parts tells it from its neighbours, for all music of the corpus moves in sixteenth notes; octaves
 * are told apart by looking between {@value #SLOWEST} and {@value #FASTEST} beats a minute alone.
 */
final class Tempo {
  static final double SLOWEST = 75;
  static final double FASTEST = 140;

  private static final int HOP = 256;
  private static final MelBands BANDS = new MelBands(new Stft(1024, HOP, 1024), 40);
  private static final double[] PARTS = {0.25, 0.5, 0.75, 1, 2};
  private static final double STEP = 0.1;
  private static final double FLOOR = 1e-3;

  private Tempo() {}

  /** Beats a minute. */
  static double of(float[] samples) {
    double[] onsets = onsets(samples);
    double[] correlation = correlation(onsets);
    double frames = 60.0 * Score.SAMPLE_RATE / HOP;
    double best = frames / FASTEST;
    for (double period = best; period <= frames / SLOWEST; period += STEP) {
      if (score(correlation, period) > score(correlation, best)) {
        best = period;
      }
    }
    return frames / best;
  }

  /** How much louder the bands have become at each frame, smoothed and freed of its mean. */
  private static double[] onsets(float[] samples) {
    double[][] power = BANDS.power(samples);
    double floor = FLOOR * MelBands.mean(power);
    double[] rise = new double[power.length];
    double mean = 0;
    for (int f = 1; f < power.length; f++) {
      for (int b = 0; b < BANDS.count(); b++) {
        double step = Math.log((power[f][b] + floor) / (power[f - 1][b] + floor));
        rise[f] += Math.max(0, step);
      }
      mean += rise[f] / power.length;
    }
    double[] smooth = new double[rise.length];
    for (int f = 1; f + 1 < rise.length; f++) {
      smooth[f] = (rise[f - 1] + 2 * rise[f] + rise[f + 1]) / 4 - mean;
    }
    return smooth;
  }

  private static double[] correlation(double[] onsets) {
    int longest = (int) (2 * 60.0 * Score.SAMPLE_RATE / HOP / SLOWEST) + 2;
    double[] correlation = new double[longest + 1];
    for (int lag = 0; lag <= longest; lag++) {
      for (int f = 0; f + lag < onsets.length; f++) {
        correlation[lag] += onsets[f] * onsets[f + lag];
      }
    }
    return correlation;
  }

  private static double score(double[] correlation, double period) {
    double sum = 0;
    for (double part : PARTS) {
      int lag = (int) (part * period);
      double fraction = part * period - lag;
      sum += (1 - fraction) * correlation[lag] + fraction * correlation[lag + 1];
    }
    return sum;
  }
}
