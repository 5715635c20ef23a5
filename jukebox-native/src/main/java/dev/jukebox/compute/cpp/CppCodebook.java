package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.host.HostTensors;

/** Nearest codes by blocked products. */
final class CppCodebook implements CodebookOps {
  private final CppEngine engine;

  CppCodebook(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void nearest(Tensor x, Tensor codebook, Tensor codes) {
    long rows = x.shape().rows();
    HostTensors.require(
        codebook.shape().rank() == 2 && codebook.dtype() == DType.F32 && codebook.size() > 0,
        "nearest code",
        "codebook",
        codebook,
        "F32 [bins, width], not empty");
    int width = codebook.shape().rowLength();
    HostTensors.requireRows("nearest code", "x", x, rows, width);
    HostTensors.require(
        codes.dtype() == DType.I32 && codes.size() == rows,
        "nearest code",
        "codes",
        codes,
        rows + " elements I32");
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
}
