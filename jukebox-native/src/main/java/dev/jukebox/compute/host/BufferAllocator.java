package dev.jukebox.compute.host;

import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InsufficientMemoryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Allocates direct byte buffers, which any JVM has; blocks are limited to 2 GiB.
 *
 * <p>The JVM gives a direct buffer back only when it collects garbage, which it has no reason to do
 * while the heap is small. So buffers that are freed are kept and used again by size, as windows
 * and upsamplers ask for the same sizes over and over; when those that wait become too many, they
 * are dropped and a collection is asked for.
 */
final class BufferAllocator implements HostAllocator {
  private static final long MOST_WAITING = 1L << 30;

  private final Map<Integer, Deque<ByteBuffer>> waiting = new HashMap<>();
  private long waitingBytes;

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
      return new BufferMemory(take((int) byteSize));
    } catch (OutOfMemoryError e) {
      throw new InsufficientMemoryException(
          "no direct memory for "
              + byteSize
              + " bytes: raise -XX:MaxDirectMemorySize, use a smaller batch or the cpp backend",
          e);
    }
  }

  private synchronized ByteBuffer take(int byteSize) {
    Deque<ByteBuffer> sameSize = waiting.get(byteSize);
    if (sameSize != null && !sameSize.isEmpty()) {
      ByteBuffer buffer = sameSize.pop();
      waitingBytes -= byteSize;
      clear(buffer);
      return buffer;
    }
    if (waitingBytes > MOST_WAITING) {
      waiting.clear();
      waitingBytes = 0;
      System.gc();
    }
    return ByteBuffer.allocateDirect(byteSize);
  }

  private synchronized void give(ByteBuffer buffer) {
    waiting.computeIfAbsent(buffer.capacity(), size -> new ArrayDeque<>()).push(buffer);
    waitingBytes += buffer.capacity();
  }

  private static void clear(ByteBuffer buffer) {
    byte[] zeros = new byte[Math.min(buffer.capacity(), 1 << 16)];
    for (int i = 0; i < buffer.capacity(); i += zeros.length) {
      buffer.put(i, zeros, 0, Math.min(zeros.length, buffer.capacity() - i));
    }
  }

  private final class BufferMemory implements HostMemory {
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
      buffer.ifPresent(BufferAllocator.this::give);
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
