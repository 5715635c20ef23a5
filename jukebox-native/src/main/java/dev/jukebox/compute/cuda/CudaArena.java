package dev.jukebox.compute.cuda;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.List;

/** Owns blocks of a device's memory. */
final class CudaArena implements Arena {
  private final CudaContext context;
  private final List<CudaMemory> blocks = new ArrayList<>();
  private boolean closed;

  CudaArena(CudaContext context) {
    this.context = context;
  }

  @Override
  public Tensor tensor(DType dtype, long... dims) {
    if (closed) {
      throw new ComputeException("a tensor was asked of an arena that is closed");
    }
    Shape shape = Shape.of(dims);
    CudaMemory block =
        new CudaMemory(context, Math.multiplyExact(shape.size(), (long) dtype.byteSize()));
    blocks.add(block);
    return new Tensor(dtype, shape, block, 0);
  }

  @Override
  public void close() {
    closed = true;
    blocks.forEach(CudaMemory::free);
    blocks.clear();
  }
}
