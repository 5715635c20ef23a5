package dev.jukebox.compute.host;

import dev.jukebox.compute.SpectralOps;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;

/** SpectralOps in plain Java. */
final class HostSpectral implements SpectralOps {

  @Override
  public void stft(Stft stft, Tensor x, Tensor spectrum) {
    throw new UnsupportedOperationException("stft");
  }

  @Override
  public void stftGradient(Stft stft, Tensor dSpectrum, Tensor dx) {
    throw new UnsupportedOperationException("stftGradient");
  }

  @Override
  public void norm(Tensor spectrum, Tensor norms) {
    throw new UnsupportedOperationException("norm");
  }

  @Override
  public void distance(Tensor target, Tensor spectrum, Tensor distances) {
    throw new UnsupportedOperationException("distance");
  }

  @Override
  public void distanceGradient(
      Tensor target, Tensor spectrum, Tensor distances, Tensor weights, Tensor dSpectrum) {
    throw new UnsupportedOperationException("distanceGradient");
  }
}
