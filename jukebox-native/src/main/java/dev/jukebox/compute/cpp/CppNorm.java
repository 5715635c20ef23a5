package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.NormCheck;

/** Layer norm, one row at a time. */
final class CppNorm implements NormOps {
  private final CppEngine engine;

  CppNorm(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void layerNorm(Tensor x, Tensor gain, Tensor bias, float eps, Tensor y) {
    long rows = x.shape().rows();
    int width = x.shape().rowLength();
    NormCheck.layerNorm(x, gain, bias, y);
    int status =
        NativeApi.layerNorm(
            engine.handle(),
            address(x),
            address(gain),
            address(bias),
            eps,
            rows,
            width,
            address(y));
    CppEngine.check(status, "layer norm", x, y);
  }
}
