package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.MatmulOps}. */
public final class MatmulCheck {
  private static final String OPERATION = "matrix product";

  private MatmulCheck() {}

  /** Requires that a and b meet in one extent, and a c of the other two that is neither of them. */
  public static void multiply(
      Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c) {
    Check.require(
        a.dtype() == DType.F32 && a.shape().rank() >= 1, OPERATION, "a", a, "F32 [rows, columns]");
    long k = transposeA ? a.shape().rows() : a.shape().rowLength();
    long m = transposeA ? a.shape().rowLength() : a.shape().rows();
    Check.require(
        b.dtype() == DType.F32
            && b.shape().rank() >= 1
            && (transposeB ? b.shape().rowLength() : b.shape().rows()) == k,
        OPERATION,
        transposeB ? "transposed b" : "b",
        b,
        "F32 of " + k + (transposeB ? " columns" : " rows"));
    long n = transposeB ? b.shape().rows() : b.shape().rowLength();
    Check.requireRows(OPERATION, "c", c, m, n);
    Check.requireApart(OPERATION, "c", c, a);
    Check.requireApart(OPERATION, "c", c, b);
  }

  /** Requires rows of the weight's inputs and outputs, and a bias of its outputs. */
  public static void linear(Tensor x, Tensor weight, Tensor bias, Tensor y) {
    Check.require(
        weight.dtype() == DType.F32 && weight.shape().rank() == 2,
        "linear",
        "weight",
        weight,
        "F32 [in, out]");
    Check.require(x.shape().rank() >= 1, "linear", "x", x, "F32 [..., in]");
    long rows = x.shape().rows();
    long out = weight.shape().dim(1);
    Check.requireRows("linear", "x", x, rows, weight.shape().dim(0));
    Check.requireShape("linear", "bias", bias, DType.F32, out);
    Check.requireRows("linear", "y", y, rows, out);
    Check.requireApart("linear", "y", y, x);
  }
}
