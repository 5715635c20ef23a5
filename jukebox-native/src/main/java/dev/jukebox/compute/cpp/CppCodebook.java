package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.CodebookCheck;
import dev.jukebox.compute.host.CodeSums;

/** Nearest codes by blocked products; sums of codes are read once, in plain Java. */
final class CppCodebook implements CodebookOps {
  private final CppEngine engine;

  CppCodebook(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void nearest(Tensor x, Tensor codebook, Tensor codes) {
    long rows = x.shape().rows();
    CodebookCheck.nearest(x, codebook, codes);
    int width = codebook.shape().rowLength();
    int status =
        NativeApi.codebookNearest(
            engine.handle(),
            address(x),
            rows,
            width,
            address(codebook),
            codebook.shape().dim(0),
            address(codes));
    CppEngine.check(status, "nearest code", x, codebook, codes);
  }

  @Override
  public void accumulate(Tensor x, Tensor codes, Tensor counts, Tensor sums) {
    CodeSums.accumulate(x, codes, counts, sums);
  }
}
