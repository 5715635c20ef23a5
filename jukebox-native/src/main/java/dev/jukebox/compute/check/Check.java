package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;

/** The checks of tensors; a failure is a sentence that names operation, argument and shape. */
public final class Check {

  private Check() {}

  /** Throws a sentence naming operation, argument and shape unless the condition holds. */
  public static void require(
      boolean holds, String operation, String argument, Tensor tensor, String expected) {
    if (!holds) {
      throw new ComputeException(
          operation + ": " + argument + " is " + tensor + ", expected " + expected);
    }
  }

  /** Requires an F32 tensor whose rows have this length. */
  public static void requireRows(
      String operation, String argument, Tensor tensor, long rows, long rowLength) {
    Shape shape = tensor.shape();
    boolean holds =
        tensor.dtype() == DType.F32
            && shape.rank() >= 1
            && shape.dim(-1) == rowLength
            && shape.rows() == rows;
    // What is expected is put into words only where it is needed: every step comes by here.
    if (!holds) {
      require(false, operation, argument, tensor, "F32 of " + rows + " rows of " + rowLength);
    }
  }

  /** Requires a tensor of this type and shape. */
  public static void requireShape(
      String operation, String argument, Tensor tensor, DType dtype, long... dims) {
    Shape expected = Shape.of(dims);
    if (tensor.dtype() != dtype || !tensor.shape().equals(expected)) {
      require(false, operation, argument, tensor, dtype + expected.toString());
    }
  }

  /** Requires that a result shares no element with an operand. */
  public static void requireApart(
      String operation, String argument, Tensor result, Tensor operand) {
    boolean apart =
        result.memory() != operand.memory()
            || result.byteOffset() >= operand.byteOffset() + operand.byteSize()
            || operand.byteOffset() >= result.byteOffset() + result.byteSize();
    if (!apart) {
      require(
          false, operation, argument, result, "memory apart from that of the operand " + operand);
    }
  }
}
