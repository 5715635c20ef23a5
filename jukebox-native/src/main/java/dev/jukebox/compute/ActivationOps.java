package dev.jukebox.compute;

/** Single-element functions that training needs, sums over rows, and gradients. */
public interface ActivationOps {

  /** Sets every element of an F32 tensor. */
  void fill(Tensor x, float value);

  /**
   * y = a·x, or y += a·x.
   *
   * @param x F32, any shape
   * @param y F32, the same number of elements; may be {@code x}
   */
  void scale(Tensor x, float a, boolean add, Tensor y);

  /** y = a + b, all F32 of the same number of elements; y may be either. */
  void add(Tensor a, Tensor b, Tensor y);

  /** y = x·σ(1.702x). */
  void quickGelu(Tensor x, Tensor y);

  /** dx = dy·(derivative of the quick GELU at x); dx may be {@code dy}. */
  void quickGeluGradient(Tensor x, Tensor dy, Tensor dx);

  /** dx = dy where x is above 0, else 0; added to what dx holds if {@code add}. */
  void reluGradient(Tensor x, Tensor dy, boolean add, Tensor dx);

  /**
   * The sum over all rows, added to what sums holds; the same bits for the same rows.
   *
   * @param x F32 [..., width]
   * @param sums F32 [width]
   */
  void sumRows(Tensor x, Tensor sums);
}
