package dev.jukebox.compute;

/** Short-time Fourier transforms, distances between their magnitudes, and gradients. */
public interface SpectralOps {

  /**
   * The spectrum of each frame.
   *
   * @param x F32 [batch, time], time above nFft/2
   * @param spectrum F32 [batch, stft.frames(time), stft.bins(), 2], real and imaginary parts
   */
  void stft(Stft stft, Tensor x, Tensor spectrum);

  /**
   * dx += the gradient of the signal from that of its spectrum.
   *
   * @param dSpectrum F32 [batch, frames, bins, 2]
   * @param dx F32 [batch, time], added to
   */
  void stftGradient(Stft stft, Tensor dSpectrum, Tensor dx);

  /**
   * The norm of each item's magnitudes: ‖|spectrum|‖.
   *
   * @param spectrum F32 [batch, frames, bins, 2]
   * @param norms F32 [batch]
   */
  void norm(Tensor spectrum, Tensor norms);

  /**
   * The distance of each item's magnitudes: ‖|target| − |spectrum|‖.
   *
   * @param target F32 [batch, frames, bins, 2]
   * @param spectrum F32, the same shape
   * @param distances F32 [batch]
   */
  void distance(Tensor target, Tensor spectrum, Tensor distances);

  /**
   * dSpectrum = weights[item]·gradient of {@link #distance}; 0 where a magnitude or the distance is
   * 0.
   *
   * @param distances what {@link #distance} gave
   * @param weights F32 [batch]
   * @param dSpectrum F32, the shape of spectrum; may be {@code spectrum}
   */
  void distanceGradient(
      Tensor target, Tensor spectrum, Tensor distances, Tensor weights, Tensor dSpectrum);
}
