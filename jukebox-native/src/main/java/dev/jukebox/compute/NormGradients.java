package dev.jukebox.compute;

/** The gradient of {@link NormOps}. */
public interface NormGradients {

  /**
   * From the gradient of y = layerNorm(x) those of x, gain and bias.
   *
   * @param x F32 [..., width], the input of the layer norm
   * @param gain F32 [width]
   * @param dy F32, x's shape
   * @param add whether the gradient is added to what dx holds
   * @param dx F32, x's shape; may be {@code dy}
   * @param dGain F32 [width], added to
   * @param dBias F32 [width], added to
   */
  void layerNorm(
      Tensor x,
      Tensor gain,
      float eps,
      Tensor dy,
      boolean add,
      Tensor dx,
      Tensor dGain,
      Tensor dBias);
}
