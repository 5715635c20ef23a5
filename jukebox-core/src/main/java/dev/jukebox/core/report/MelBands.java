package dev.jukebox.core.report;

import java.util.Arrays;

/**
 * Bands of frequencies that are as far apart as they sound: triangles, evenly spaced on the mel
 * scale, m = 2595 · log10(1 + f / 700), from a low tone to half the sample rate.
 */
final class MelBands {

  private static final double LOWEST_HZ = 30;

  private final double lowestMel;
  private final double melPerBand;
  private final int[] firstBins;
  private final double[][] weights;

  /**
   * @param bands how many
   * @param fftSize samples of the transform whose powers are gathered
   */
  MelBands(int bands, int fftSize, int sampleRate) {
    double highest = sampleRate / 2.0;
    this.lowestMel = mel(Math.min(LOWEST_HZ, highest / 2));
    this.melPerBand = (mel(highest) - lowestMel) / (bands + 1);
    double binWidth = (double) sampleRate / fftSize;
    this.firstBins = new int[bands];
    this.weights = new double[bands][];
    for (int band = 0; band < bands; band++) {
      double centre = centre(band);
      // Not narrower than the transform can tell apart, so that no band falls between two bins.
      double below = Math.min(hertz(lowestMel + band * melPerBand), centre - binWidth);
      double above = Math.max(hertz(lowestMel + (band + 2) * melPerBand), centre + binWidth);
      int first = Math.max(0, (int) Math.ceil(below / binWidth));
      int last = Math.min(fftSize / 2, (int) Math.floor(above / binWidth));
      firstBins[band] = first;
      weights[band] = new double[Math.max(0, last - first + 1)];
      for (int k = 0; k < weights[band].length; k++) {
        double f = (first + k) * binWidth;
        weights[band][k] =
            f < centre ? (f - below) / (centre - below) : (above - f) / (above - centre);
      }
    }
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  private static double hertz(double mel) {
    return 700 * (Math.pow(10, mel / 2595) - 1);
  }

  int count() {
    return weights.length;
  }

  /** The frequency in the middle of a band, in Hz. */
  double centre(int band) {
    return hertz(lowestMel + (band + 1) * melPerBand);
  }

  /** Where a frequency lies among the bands: 0 at the centre of the lowest, 1 at the next. */
  double position(double hertz) {
    return (mel(hertz) - lowestMel) / melPerBand - 1;
  }

  /**
   * The power in each band.
   *
   * @param powers of the bins of a transform
   */
  double[] gather(double[] powers) {
    double[] gathered = new double[count()];
    Arrays.setAll(
        gathered,
        band -> {
          double sum = 0;
          for (int k = 0; k < weights[band].length; k++) {
            sum += weights[band][k] * powers[firstBins[band] + k];
          }
          return sum;
        });
    return gathered;
  }
}
