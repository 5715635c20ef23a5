package dev.jukebox.compute.host;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Owns blocks of one allocator and counts their bytes. */
final class HostArena implements Arena {
  private final HostAllocator allocator;
  private final AtomicLong liveBytes;
  private final List<HostMemory> blocks = new ArrayList<>();
  private boolean closed;

  HostArena(HostAllocator allocator, AtomicLong liveBytes) {
    this.allocator = allocator;
    this.liveBytes = liveBytes;
  }

  @Override
  public Tensor tensor(DType dtype, long... dims) {
    if (closed) {
      throw new ComputeException("a tensor was asked of an arena that is closed");
    }
    Shape shape = Shape.of(dims);
    long bytes = Math.multiplyExact(shape.size(), (long) dtype.byteSize());
    HostMemory block = allocator.allocate(bytes);
    blocks.add(block);
    liveBytes.addAndGet(bytes);
    return new Tensor(dtype, shape, block, 0);
  }

  @Override
  public void close() {
    closed = true;
    for (HostMemory block : blocks) {
      liveBytes.addAndGet(-block.byteSize());
      block.free();
    }
    blocks.clear();
  }
}
