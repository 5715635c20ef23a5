package dev.jukebox.compute.host;

import dev.jukebox.compute.NormGradients;
import dev.jukebox.compute.Tensor;

/** NormGradients in plain Java. */
final class HostNormGradients implements NormGradients {

  @Override
  public void layerNorm(
      Tensor x,
      Tensor gain,
      float eps,
      Tensor dy,
      boolean add,
      Tensor dx,
      Tensor dGain,
      Tensor dBias) {
    throw new UnsupportedOperationException("layerNorm");
  }
}
