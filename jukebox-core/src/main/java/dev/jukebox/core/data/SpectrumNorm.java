package dev.jukebox.core.data;

/**
 * The size of a spectrum: the root of the sum of the squared magnitudes of all its entries.
 *
 * <pre>{@code
 * SpectrumNorm norm = mono -> frobenius(magnitudes(mono, 2_048, 256, 1_536));
 * }</pre>
 */
@FunctionalInterface
public interface SpectrumNorm {

  /** Frames are as long as this. */
  int FFT_SIZE = 2_048;

  /** Frames begin so far apart. */
  int HOP = 256;

  /** Length of the periodic Hann window in the middle of each frame. */
  int WINDOW = 1_536;

  /**
   * The norm of the short-time Fourier transform of mono samples, with the constants above: frame t
   * is centred on sample {@code t · HOP}, the signal is continued by reflection at both ends, and
   * there are {@code 1 + length / HOP} frames of {@code FFT_SIZE / 2 + 1} entries.
   */
  double of(float[] mono);
}
