package dev.jukebox.examples.measure;

/**
 * How far the spectra of a copy are from those of the original: ‖|S| − |S'|‖ / ‖|S|‖ over all
 * frames of all songs, S of 2048 samples, 256 apart, with a window of 1536; 0 for a copy, 1 for
 * silence.
 */
final class SpectralConvergence {
  private static final Stft STFT = new Stft(2048, 256, 1536);

  private double error;
  private double energy;

  /** Adds a song and its copy of the same length. */
  void add(float[] original, float[] copy) {
    double[][] wanted = STFT.magnitudes(original);
    double[][] got = STFT.magnitudes(copy);
    for (int f = 0; f < wanted.length; f++) {
      for (int i = 0; i < wanted[f].length; i++) {
        double difference = wanted[f][i] - got[f][i];
        error += difference * difference;
        energy += wanted[f][i] * wanted[f][i];
      }
    }
  }

  /** The figure of all songs together. */
  double value() {
    return Math.sqrt(error / energy);
  }
}
