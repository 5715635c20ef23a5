package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.MatmulOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.MatmulCheck;

/** Products of two matrices, both packed anew in each call. */
final class CppMatmul implements MatmulOps {
  private final CppEngine engine;

  CppMatmul(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void multiply(
      Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean add, Tensor c) {
    MatmulCheck.multiply(a, transposeA, b, transposeB, c);
    int status =
        TrainingApi.matmul(
            engine.handle(),
            address(a),
            transposeA ? 1 : 0,
            address(b),
            transposeB ? 1 : 0,
            c.shape().rows(),
            c.shape().rowLength(),
            transposeA ? a.shape().rows() : a.shape().rowLength(),
            0,
            add ? 1 : 0,
            address(c));
    CppEngine.check(status, "matrix product", a, b, c);
  }

  @Override
  public void linear(Tensor x, Tensor weight, Tensor bias, Tensor y) {
    MatmulCheck.linear(x, weight, bias, y);
    int status =
        TrainingApi.matmul(
            engine.handle(),
            address(x),
            0,
            address(weight),
            0,
            x.shape().rows(),
            weight.shape().dim(1),
            weight.shape().dim(0),
            address(bias),
            0,
            address(y));
    CppEngine.check(status, "linear", x, weight, y);
  }
}
