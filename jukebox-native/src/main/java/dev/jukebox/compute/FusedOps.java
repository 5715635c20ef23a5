package dev.jukebox.compute;

/**
 * Neighbouring operations of a transformer layer in one, for backends that save time by it; the
 * results are those of the single operations in their order.
 */
public interface FusedOps {

  /**
   * y = activation(norm(x)·W + b).
   *
   * @param x F32 [..., in]
   * @param normed scratch of x's shape, not {@code x}; its contents afterwards mean nothing
   * @param y F32 [..., out], neither {@code x} nor {@code normed}
   */
  void normLinear(
      NormWeight norm,
      LinearWeight weight,
      Tensor x,
      Tensor normed,
      Activation activation,
      Tensor y);

  /**
   * y = base + scale·(residual + x·W + b − base).
   *
   * @param residual F32 [..., out]; its contents afterwards mean nothing
   * @param base F32 [..., out]; may be {@code y} itself
   * @param y F32 [..., out], neither {@code x} nor {@code residual}
   */
  void linearInterpolate(
      LinearWeight weight, Tensor x, Tensor residual, Tensor base, float scale, Tensor y);
}
