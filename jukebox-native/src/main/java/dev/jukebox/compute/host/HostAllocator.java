package dev.jukebox.compute.host;

/** Where host tensors get their memory from. */
public interface HostAllocator {

  /**
   * A block of zeros.
   *
   * @throws dev.jukebox.error.InsufficientMemoryException if there is no room
   */
  HostMemory allocate(long byteSize);
}
