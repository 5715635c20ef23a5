package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;

/** The arguments of {@link dev.jukebox.compute.CodebookOps}. */
public final class CodebookCheck {
  private static final String OPERATION = "accumulate codes";

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

  /** Requires sums F32 [bins, width], a count for each, rows of that width and a code for each. */
  public static void accumulate(Tensor x, Tensor codes, Tensor counts, Tensor sums) {
    Check.require(
        sums.shape().rank() == 2 && sums.dtype() == DType.F32 && sums.size() > 0,
        OPERATION,
        "sums",
        sums,
        "F32 [bins, width], not empty");
    Check.requireShape(OPERATION, "counts", counts, DType.F32, sums.shape().dim(0));
    Check.require(codes.dtype() == DType.I32, OPERATION, "codes", codes, "elements I32");
    Check.requireRows(OPERATION, "x", x, codes.size(), sums.shape().rowLength());
  }

  /** Requires that a code is one of the bins of the sums. */
  public static int code(int code, int row, Tensor sums) {
    if (code < 0 || code >= sums.shape().dim(0)) {
      throw new ComputeException(
          OPERATION
              + ": code "
              + code
              + " of row "
              + row
              + " is not in [0, "
              + sums.shape().dim(0)
              + ") of sums "
              + sums);
    }
    return code;
  }
}
