package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.ActivationOps}. */
public final class ActivationCheck {

  private ActivationCheck() {}

  /** Requires F32 tensors of the same number of elements. */
  public static void sameSize(String operation, Tensor first, Tensor... others) {
    Check.require(first.dtype() == DType.F32, operation, "x", first, "elements F32");
    for (Tensor other : others) {
      Check.require(
          other.dtype() == DType.F32 && other.size() == first.size(),
          operation,
          "one operand",
          other,
          "F32 of " + first.size() + " elements as " + first);
    }
  }

  /** Requires rows F32 and a sum for each column. */
  public static void sumRows(Tensor x, Tensor sums) {
    Check.require(
        x.dtype() == DType.F32 && x.shape().rank() >= 1, "sum rows", "x", x, "F32 [..., width]");
    Check.requireShape("sum rows", "sums", sums, DType.F32, x.shape().rowLength());
  }
}
