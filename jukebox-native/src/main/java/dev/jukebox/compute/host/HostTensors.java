package dev.jukebox.compute.host;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.Check;
import dev.jukebox.error.ComputeException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Views of host tensors. */
public final class HostTensors {

  private HostTensors() {}

  /** The elements of an F32 tensor, in place. */
  public static FloatBuffer floats(Tensor tensor) {
    Check.require(tensor.dtype() == DType.F32, "view", "tensor", tensor, "elements F32");
    return bytes(tensor).asFloatBuffer();
  }

  /** A copy of the elements of an F32 tensor, which plain Java reads fastest. */
  static float[] copy(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    floats(tensor).get(values);
    return values;
  }

  /** The elements of an I32 tensor, in place. */
  public static IntBuffer ints(Tensor tensor) {
    Check.require(tensor.dtype() == DType.I32, "view", "tensor", tensor, "elements I32");
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

  /** The place that a position means now. */
  public static long value(Position position) {
    long counted = position.counter().map(counter -> (long) ints(counter).get(0)).orElse(0L);
    return position.offset() + counted;
  }
}
