package dev.jukebox.compute;

import dev.jukebox.error.ComputeException;

/**
 * A contiguous, row-major array in one backend's memory: element type, shape, place.
 *
 * <p>A tensor lives as long as the {@link Arena} it was allocated from. Views made by {@link
 * #reshape} and {@link #slice} share its memory.
 *
 * <pre>{@code
 * try (Arena arena = backend.arena()) {
 *   Tensor x = arena.tensor(DType.F32, 4, 1920);
 *   backend.upload(x, values);
 * }
 * }</pre>
 */
public final class Tensor {
  private final DType dtype;
  private final Shape shape;
  private final Memory memory;
  private final long byteOffset;

  /**
   * A tensor over part of a block of memory; backends call this.
   *
   * @throws ComputeException if the block is too small
   */
  public Tensor(DType dtype, Shape shape, Memory memory, long byteOffset) {
    long bytes = Math.multiplyExact(shape.size(), (long) dtype.byteSize());
    if (byteOffset < 0 || byteOffset > memory.byteSize() - bytes) {
      throw new ComputeException(
          "tensor of "
              + bytes
              + " bytes at offset "
              + byteOffset
              + " does not fit in memory of "
              + memory.byteSize()
              + " bytes");
    }
    this.dtype = dtype;
    this.shape = shape;
    this.memory = memory;
    this.byteOffset = byteOffset;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /** Number of elements. */
  public long size() {
    return shape.size();
  }

  /** Number of bytes. */
  public long byteSize() {
    return shape.size() * dtype.byteSize();
  }

  /** The block that holds the elements; throws if it has been freed. */
  public Memory memory() {
    if (memory.isFreed()) {
      throw new ComputeException("tensor " + this + " is used after its arena was closed");
    }
    return memory;
  }

  /** Where the first element lies in the block, in bytes. */
  public long byteOffset() {
    return byteOffset;
  }

  /** The same elements under other extents of the same product. */
  public Tensor reshape(long... dims) {
    Shape reshaped = Shape.of(dims);
    if (reshaped.size() != shape.size()) {
      throw new ComputeException("cannot reshape " + this + " to " + reshaped);
    }
    return new Tensor(dtype, reshaped, memory, byteOffset);
  }

  /** The {@code count} outermost entries from {@code start}: a view of shape [count, ...]. */
  public Tensor slice(long start, long count) {
    if (start < 0 || count < 0 || start > shape.dim(0) - count) {
      throw new ComputeException(
          "cannot take " + count + " entries from " + start + " of tensor " + this);
    }
    long[] dims = shape.toArray();
    long entryBytes = dims[0] == 0 ? 0 : byteSize() / dims[0];
    dims[0] = count;
    return new Tensor(dtype, Shape.of(dims), memory, byteOffset + start * entryBytes);
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
