package dev.jukebox.compute.host;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Views of host tensors, and the checks that every host operation makes of its arguments. */
public final class HostTensors {

  private HostTensors() {}

  /** The elements of an F32 tensor, in place. */
  public static FloatBuffer floats(Tensor tensor) {
    require(tensor.dtype() == DType.F32, "view", "tensor", tensor, "elements F32");
    return bytes(tensor).asFloatBuffer();
  }

  /** The elements of an I32 tensor, in place. */
  public static IntBuffer ints(Tensor tensor) {
    require(tensor.dtype() == DType.I32, "view", "tensor", tensor, "elements I32");
    return bytes(tensor).asIntBuffer();
  }

  /** The bytes of a tensor, in place, in native order. */
  public static ByteBuffer bytes(Tensor tensor) {
    return memory(tensor).bytes(tensor.byteOffset(), Math.toIntExact(tensor.byteSize()));
  }

  /** The address of a tensor's first element. */
  public static long address(Tensor tensor) {
    return memory(tensor).address() + tensor.byteOffset();
  }

  private static HostMemory memory(Tensor tensor) {
    if (tensor.memory() instanceof HostMemory memory) {
      return memory;
    }
    throw new ComputeException("tensor " + tensor + " is not in host memory");
  }

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
    require(
        tensor.dtype() == DType.F32
            && shape.rank() >= 1
            && shape.dim(-1) == rowLength
            && shape.rows() == rows,
        operation,
        argument,
        tensor,
        "F32 of " + rows + " rows of " + rowLength);
  }

  /** Requires a tensor of this type and shape. */
  public static void requireShape(
      String operation, String argument, Tensor tensor, DType dtype, long... dims) {
    Shape expected = Shape.of(dims);
    require(
        tensor.dtype() == dtype && tensor.shape().equals(expected),
        operation,
        argument,
        tensor,
        dtype + expected.toString());
  }
}
