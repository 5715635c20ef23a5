package dev.jukebox.compute.cpp;

import dev.jukebox.compute.host.HostAllocator;
import dev.jukebox.compute.host.HostMemory;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InsufficientMemoryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Allocates aligned native memory, in huge pages where blocks are large. */
final class CppAllocator implements HostAllocator {

  @Override
  public HostMemory allocate(long byteSize) {
    long[] block = new long[1];
    if (NativeApi.alloc(byteSize, block) != 0) {
      throw new InsufficientMemoryException(
          "no memory for a tensor of " + byteSize + " bytes: use a smaller batch or model");
    }
    return new CppMemory(block[0], byteSize);
  }

  private static final class CppMemory implements HostMemory {
    private final long address;
    private final long byteSize;
    private boolean freed;

    CppMemory(long address, long byteSize) {
      this.address = address;
      this.byteSize = byteSize;
    }

    @Override
    public ByteBuffer bytes(long offset, int count) {
      if (offset < 0 || count < 0 || offset > byteSize - count) {
        throw new ComputeException(
            "no bytes " + offset + " to " + (offset + count) + " in a block of " + byteSize);
      }
      return NativeApi.view(address() + offset, count).order(ByteOrder.nativeOrder());
    }

    @Override
    public long address() {
      if (freed) {
        throw new ComputeException("memory is used after it was freed");
      }
      return address;
    }

    @Override
    public void free() {
      if (!freed) {
        freed = true;
        CppEngine.check(NativeApi.free(address), "free", byteSize + " bytes");
      }
    }

    @Override
    public long byteSize() {
      return byteSize;
    }

    @Override
    public boolean isFreed() {
      return freed;
    }
  }
}
