package dev.jukebox.examples.measure;

/**
 * Magnitudes of overlapping frames.
 *
 * @param size samples of a frame, a power of two
 * @param hop samples between frames
 * @param window samples of the periodic Hann window in the middle of a frame
 */
record Stft(int size, int hop, int window) {

  /** The magnitudes [frames][size/2 + 1]; frame i is centred on sample i·hop, ends mirrored. */
  double[][] magnitudes(float[] samples) {
    Fft fft = new Fft(size);
    double[] hann = hann(window);
    int frames = samples.length / hop + 1;
    double[][] all = new double[frames][];
    double[] frame = new double[size];
    int first = (size - window) / 2;
    for (int f = 0; f < frames; f++) {
      for (int i = 0; i < window; i++) {
        int place = f * hop - size / 2 + first + i;
        frame[first + i] = hann[i] * samples[mirrored(place, samples.length)];
      }
      all[f] = fft.magnitudes(frame);
    }
    return all;
  }

  /** A periodic Hann window. */
  static double[] hann(int length) {
    double[] window = new double[length];
    for (int i = 0; i < length; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
    }
    return window;
  }

  private static int mirrored(int place, int length) {
    if (length == 1) {
      return 0;
    }
    int period = 2 * (length - 1);
    int within = Math.floorMod(place, period);
    return within < length ? within : period - within;
  }
}
