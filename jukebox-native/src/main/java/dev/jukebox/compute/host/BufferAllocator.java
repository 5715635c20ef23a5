package dev.jukebox.compute.host;

import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InsufficientMemoryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Allocates direct byte buffers, which any JVM has; blocks are limited to 2 GiB. */
final class BufferAllocator implements HostAllocator {

  @Override
  public HostMemory allocate(long byteSize) {
    if (byteSize > Integer.MAX_VALUE - 64) {
      throw new InsufficientMemoryException(
          "a tensor of "
              + byteSize
              + " bytes is more than the 2 GiB that the java backend can hold in one: use a"
              + " smaller batch or the cpp backend");
    }
    try {
      return new BufferMemory(ByteBuffer.allocateDirect((int) byteSize));
    } catch (OutOfMemoryError e) {
      throw new InsufficientMemoryException(
          "no direct memory for "
              + byteSize
              + " bytes: raise -XX:MaxDirectMemorySize, use a smaller batch or the cpp backend",
          e);
    }
  }

  private static final class BufferMemory implements HostMemory {
    private final long byteSize;
    private Optional<ByteBuffer> buffer;

    BufferMemory(ByteBuffer buffer) {
      this.byteSize = buffer.capacity();
      this.buffer = Optional.of(buffer);
    }

    @Override
    public ByteBuffer bytes(long offset, int count) {
      ByteBuffer block =
          buffer.orElseThrow(() -> new ComputeException("memory is used after it was freed"));
      return block.slice(Math.toIntExact(offset), count).order(ByteOrder.nativeOrder());
    }

    @Override
    public long address() {
      throw new ComputeException("memory of the java backend has no address");
    }

    @Override
    public void free() {
      buffer = Optional.empty();
    }

    @Override
    public long byteSize() {
      return byteSize;
    }

    @Override
    public boolean isFreed() {
      return buffer.isEmpty();
    }
  }
}
