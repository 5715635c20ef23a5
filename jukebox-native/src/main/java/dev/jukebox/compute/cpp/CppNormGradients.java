package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.NormGradients;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.NormCheck;

/** The gradient of layer norm. */
final class CppNormGradients implements NormGradients {
  private final CppEngine engine;

  CppNormGradients(CppEngine engine) {
    this.engine = engine;
  }

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
    NormCheck.gradient(x, gain, dy, dx, dGain, dBias);
    int status =
        TrainingApi.layerNormGradient(
            engine.handle(),
            address(x),
            address(gain),
            eps,
            address(dy),
            x.shape().rows(),
            x.shape().rowLength(),
            add ? 1 : 0,
            address(dx),
            address(dGain),
            address(dBias));
    CppEngine.check(status, "layer norm gradient", x, dy);
  }
}
