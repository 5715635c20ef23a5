package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.CodebookOps}. */
public final class CodebookCheck {

  private CodebookCheck() {}

  /** Requires a codebook F32 [bins, width], rows of that width, and a code for each. */
  public static void nearest(Tensor x, Tensor codebook, Tensor codes) {
    Check.require(
        codebook.shape().rank() == 2 && codebook.dtype() == DType.F32 && codebook.size() > 0,
        "nearest code",
        "codebook",
        codebook,
        "F32 [bins, width], not empty");
    long rows = x.shape().rows();
    Check.requireRows("nearest code", "x", x, rows, codebook.shape().rowLength());
    Check.require(
        codes.dtype() == DType.I32 && codes.size() == rows,
        "nearest code",
        "codes",
        codes,
        rows + " elements I32");
  }
}
