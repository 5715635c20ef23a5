package dev.jukebox.compute;

import dev.jukebox.error.ComputeException;

/**
 * The shape of a short-time Fourier transform with periodic Hann windows, centred in frames that
 * are centred at multiples of the hop, over a signal that is reflected at both ends.
 *
 * @param nFft samples of a frame, a power of two
 * @param hop samples between frames
 * @param window samples of the window, at most nFft
 */
public record Stft(int nFft, int hop, int window) {

  public Stft {
    if (Integer.bitCount(nFft) != 1 || nFft < 4 || hop < 1 || window < 1 || window > nFft) {
      throw new ComputeException(
          "stft: no such transform: n_fft "
              + nFft
              + " (a power of two), hop "
              + hop
              + ", window "
              + window);
    }
  }

  /** Number of frames of a signal. */
  public long frames(long length) {
    return 1 + length / hop;
  }

  /** Number of frequencies of a frame. */
  public int bins() {
    return nFft / 2 + 1;
  }
}
