package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.NormCheck;

/** Layer norm, one row a block. */
final class CudaNorm implements NormOps {
  private final CudaContext context;

  CudaNorm(CudaContext context) {
    this.context = context;
  }

  @Override
  public void layerNorm(Tensor x, Tensor gain, Tensor bias, float eps, Tensor y) {
    NormCheck.layerNorm(x, gain, bias, y);
    int status =
        CudaApi.layerNorm(
            context.handle(),
            address(x),
            address(gain),
            address(bias),
            eps,
            x.shape().rows(),
            x.shape().rowLength(),
            address(y));
    context.check(status, "layer norm", x, y);
  }
}
