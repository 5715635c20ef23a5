package dev.jukebox.compute;

/** Operations on single elements, and copies. */
public interface ElementwiseOps {

  /**
   * y[n, i] = x[n, i] + table[n, start + i], where an extent 1 of the table stands for all entries.
   *
   * @param x F32 [batch, count, width]
   * @param table F32 [batch or 1, length or 1, width]
   * @param start first position in the table
   * @param y F32 [batch, count, width]; may be {@code x} itself
   */
  void addSlice(Tensor x, Tensor table, Position start, Tensor y);

  /** As the other, from a fixed position. */
  default void addSlice(Tensor x, Tensor table, long start, Tensor y) {
    addSlice(x, table, Position.at(start), y);
  }

  /**
   * y = a + weight·(b − a).
   *
   * @param a F32, any shape
   * @param b F32, the same shape
   * @param y F32, the same shape; may be {@code a} or {@code b}
   */
  void interpolate(Tensor a, Tensor b, float weight, Tensor y);

  /**
   * Copies positions of each item: target[n, targetStart + i] = source[n, sourceStart + i].
   *
   * @param source F32 or I32 [batch, length, ...]
   * @param target the same type and batch, rows of the same length
   */
  void copyPositions(
      Tensor source, long sourceStart, Tensor target, Position targetStart, long count);

  /** As the other, to a fixed position. */
  default void copyPositions(
      Tensor source, long sourceStart, Tensor target, long targetStart, long count) {
    copyPositions(source, sourceStart, target, Position.at(targetStart), count);
  }

  /**
   * Adds one to a counter.
   *
   * @param counter I32 [1]
   */
  void increment(Tensor counter);
}
