package dev.jukebox.compute;

import java.nio.ByteBuffer;

/**
 * Elements outside a backend, such as a mapped weight file: contiguous, row-major, little-endian,
 * handed over in pieces so that no second copy of a large array is made.
 */
public interface ElementSource {

  /** The type the elements are stored in: F32, F16 or BF16. */
  DType dtype();

  /** Number of elements. */
  long size();

  /**
   * A read-only, little-endian view of {@code count} elements from element {@code start}.
   *
   * @param start the first element
   * @param count at most 2^28 elements
   */
  ByteBuffer elements(long start, int count);
}
