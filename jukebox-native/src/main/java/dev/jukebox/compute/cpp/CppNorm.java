package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.host.HostTensors;

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
    HostTensors.requireRows("layer norm", "x", x, rows, width);
    HostTensors.requireShape("layer norm", "gain", gain, DType.F32, width);
    HostTensors.requireShape("layer norm", "bias", bias, DType.F32, width);
    HostTensors.requireRows("layer norm", "y", y, rows, width);
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
