package dev.jukebox.compute.host;

import dev.jukebox.compute.Memory;
import java.nio.ByteBuffer;

/** Memory of this process, outside the heap, seen as byte buffers and by its address. */
public interface HostMemory extends Memory {

  /** A view of {@code count} bytes in native order. */
  ByteBuffer bytes(long offset, int count);

  /** The address of the first byte, for native kernels. */
  long address();

  /** Frees the block; freeing twice does nothing. */
  void free();
}
