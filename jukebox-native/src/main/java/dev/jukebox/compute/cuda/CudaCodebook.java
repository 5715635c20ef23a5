package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.CodebookCheck;

/**
 * Nearest codes without their distances in memory, and sums of codes; a code outside its bins is
 * found when the device next waits.
 */
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

  @Override
  public void accumulate(Tensor x, Tensor codes, Tensor counts, Tensor sums) {
    CodebookCheck.accumulate(x, codes, counts, sums);
    int status =
        CudaApi.codebookAccumulate(
            context.handle(),
            address(x),
            codes.size(),
            sums.shape().dim(1),
            address(codes),
            sums.shape().dim(0),
            address(counts),
            address(sums));
    context.check(status, "accumulate codes", x, codes, sums);
  }
}
