package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.CodebookCheck;

/** Nearest codes, distances and argmin in one kernel. */
final class CudaCodebook implements CodebookOps {
  private final CudaContext context;

  CudaCodebook(CudaContext context) {
    this.context = context;
  }

  @Override
  public void nearest(Tensor x, Tensor codebook, Tensor codes) {
    CodebookCheck.nearest(x, codebook, codes);
    int status =
        CudaApi.codebookNearest(
            context.handle(),
            address(x),
            x.shape().rows(),
            codebook.shape().dim(1),
            address(codebook),
            codebook.shape().dim(0),
            address(codes));
    context.check(status, "nearest code", x, codebook, codes);
  }
}
