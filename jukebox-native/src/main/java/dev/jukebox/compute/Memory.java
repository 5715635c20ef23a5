package dev.jukebox.compute;

/** A block of memory of one backend; freed by the arena that allocated it. */
public interface Memory {

  /** Bytes in the block. */
  long byteSize();

  /** Whether the block has been freed; its tensors can then no longer be used. */
  boolean isFreed();
}
