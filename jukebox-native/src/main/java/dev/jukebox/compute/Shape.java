package dev.jukebox.compute;

import dev.jukebox.error.ComputeException;
import java.util.Arrays;

/**
 * The extents of a tensor, outermost first; immutable.
 *
 * <pre>{@code
 * Shape.of(2, 8192, 1920).size() // 31457280
 * }</pre>
 */
public final class Shape {
  private final long[] dims;
  private final long size;

  private Shape(long[] dims) {
    long product = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new ComputeException("shape " + Arrays.toString(dims) + " has a negative extent");
      }
      try {
        product = Math.multiplyExact(product, dim);
      } catch (ArithmeticException e) {
        throw new ComputeException("shape " + Arrays.toString(dims) + " is too large", e);
      }
    }
    this.dims = dims;
    this.size = product;
  }

  /** A shape of these extents; none for a scalar. */
  public static Shape of(long... dims) {
    return new Shape(dims.clone());
  }

  /** Number of extents. */
  public int rank() {
    return dims.length;
  }

  /** Extent {@code axis}; negative axes count from the innermost. */
  public long dim(int axis) {
    int index = axis < 0 ? axis + dims.length : axis;
    if (index < 0 || index >= dims.length) {
      throw new ComputeException("shape " + this + " has no axis " + axis);
    }
    return dims[index];
  }

  /** Number of elements. */
  public long size() {
    return size;
  }

  /** Elements of one row: the innermost extent. */
  public int rowLength() {
    return Math.toIntExact(dim(-1));
  }

  /** Number of rows: the product of all extents but the innermost. */
  public long rows() {
    long rows = 1;
    for (int i = 0; i < dims.length - 1; i++) {
      rows *= dims[i];
    }
    return rows;
  }

  /** A copy of the extents. */
  public long[] toArray() {
    return dims.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
