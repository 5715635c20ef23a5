package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;

/** The arguments of {@link dev.jukebox.compute.ElementwiseOps}. */
public final class ElementwiseCheck {

  private ElementwiseCheck() {}

  /** Requires x and y F32 [batch, count, width] and a table that reaches from start on. */
  public static void addSlice(Tensor x, Tensor table, long start, Tensor y) {
    Check.require(
        x.shape().rank() == 3 && x.dtype() == DType.F32,
        "add slice",
        "x",
        x,
        "F32 [batch, count, width]");
    long batch = x.shape().dim(0);
    long count = x.shape().dim(1);
    long width = x.shape().dim(2);
    Check.require(
        table.shape().rank() == 3
            && table.dtype() == DType.F32
            && table.shape().dim(2) == width
            && (table.shape().dim(0) == batch || table.shape().dim(0) == 1)
            && start >= 0
            && (table.shape().dim(1) == 1 || start <= table.shape().dim(1) - count),
        "add slice",
        "table",
        table,
        "F32 [" + batch + " or 1, at least " + (start + count) + " or 1, " + width + "]");
    Check.requireRows("add slice", "y", y, batch * count, width);
  }

  /** Requires three F32 tensors of one shape. */
  public static void interpolate(Tensor a, Tensor b, Tensor y) {
    Check.require(a.dtype() == DType.F32, "interpolate", "a", a, "elements F32");
    Check.requireShape("interpolate", "b", b, DType.F32, a.shape().toArray());
    Check.requireShape("interpolate", "y", y, DType.F32, a.shape().toArray());
  }

  /** Requires both ranges to lie within tensors of the same type, batch and row length. */
  public static void copyPositions(
      Tensor source, long sourceStart, Tensor target, long targetStart, long count) {
    if (source.shape().rank() < 2
        || target.shape().rank() < 2
        || target.shape().dim(0) != source.shape().dim(0)
        || target.dtype() != source.dtype()
        || (rowBytes(source) != rowBytes(target) && count > 0)
        || count < 0
        || sourceStart < 0
        || targetStart < 0
        || sourceStart > source.shape().dim(1) - count
        || targetStart > target.shape().dim(1) - count) {
      throw new ComputeException(
          "copy positions: "
              + count
              + " from "
              + sourceStart
              + " of "
              + source
              + " do not fit at "
              + targetStart
              + " of "
              + target);
    }
  }

  /** Requires an I32 tensor of one element. */
  public static void counter(String operation, Tensor counter) {
    Check.requireShape(operation, "counter", counter, DType.I32, 1);
  }

  /** Bytes of one position of one item of a tensor [batch, length, ...]. */
  public static long rowBytes(Tensor tensor) {
    long positions = tensor.shape().dim(0) * tensor.shape().dim(1);
    return positions == 0 ? 0 : tensor.byteSize() / positions;
  }
}
