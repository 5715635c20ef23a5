package dev.jukebox.compute.cuda;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Memory;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.Optional;

/** A block of a device's memory. */
final class CudaMemory implements Memory {
  private final CudaContext context;
  private final long address;
  private final long byteSize;
  private boolean freed;

  CudaMemory(CudaContext context, long byteSize) {
    this.context = context;
    this.address = context.allocate(byteSize);
    this.byteSize = byteSize;
  }

  /** The address of a tensor's first element. */
  static long address(Tensor tensor) {
    if (tensor.memory() instanceof CudaMemory memory) {
      return memory.address + tensor.byteOffset();
    }
    throw new ComputeException("tensor " + tensor + " is not in a device's memory");
  }

  /** The address, or 0. */
  static long address(Optional<Tensor> tensor) {
    return tensor.isPresent() ? address(tensor.get()) : 0;
  }

  /** The address of a position's counter, or 0. */
  static long counter(Position position) {
    return address(position.counter());
  }

  /** A floating-point type's number in the C ABI. */
  static int code(DType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 2;
      case I8 -> 3;
      case I32 -> throw new ComputeException("I32 is no type of weights");
    };
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public boolean isFreed() {
    return freed || context.isClosed();
  }

  void free() {
    if (!freed) {
      freed = true;
      context.free(address);
    }
  }
}
