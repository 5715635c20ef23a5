package dev.jukebox.compute.host;

import dev.jukebox.compute.MatmulOps;
import dev.jukebox.compute.Tensor;

/** MatmulOps in plain Java. */
final class HostMatmul implements MatmulOps {

  @Override
  public void multiply(
      Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean add, Tensor c) {
    throw new UnsupportedOperationException("multiply");
  }

  @Override
  public void linear(Tensor x, Tensor weight, Tensor bias, Tensor y) {
    throw new UnsupportedOperationException("linear");
  }
}
