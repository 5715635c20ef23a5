package dev.jukebox.compute;

/**
 * Products of two matrices that change from call to call, as training needs them: a linear layer's
 * output, the gradient of its input and that of its weight are one operation with other operands.
 *
 * <pre>{@code
 * ops.multiply(x, false, w, false, false, y); //   y  = x·W
 * ops.multiply(dy, false, w, true, false, dx); // dx  = dy·Wᵀ
 * ops.multiply(x, true, dy, false, true, dw); //  dW += xᵀ·dy
 * }</pre>
 */
public interface MatmulOps {

  /**
   * c = op(a)·op(b), or c += op(a)·op(b). Extents but the innermost count as one: a tensor [batch,
   * time, width] is a matrix of batch·time rows.
   *
   * @param a F32 [m, k], or [k, m] if {@code transposeA}
   * @param b F32 [k, n], or [n, k] if {@code transposeB}
   * @param add whether the product is added to what c holds
   * @param c F32 [m, n], neither {@code a} nor {@code b}
   */
  void multiply(Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean add, Tensor c);

  /**
   * y = x·W + b.
   *
   * @param x F32 [..., in]
   * @param weight F32 [in, out]
   * @param bias F32 [out]
   * @param y F32 [..., out], not {@code x}
   */
  void linear(Tensor x, Tensor weight, Tensor bias, Tensor y);
}
