package dev.jukebox.compute;

/**
 * The gradient of a convolution's weight. That of its input is a convolution too: of dy, with the
 * geometry's other direction, by {@link ConvOps}.
 */
public interface ConvGradients {

  /**
   * From the gradient of y = scale·(conv(x) + bias), or with relu(x), those of weight and bias.
   *
   * @param x F32 [batch, time, in]
   * @param dy F32 [batch, geometry.outputLength(time), out]
   * @param dWeight F32 [out, in, kernel], or [in, out, kernel] if transposed; added to
   * @param dBias F32 [out], added to
   */
  void weight(
      ConvGeometry geometry,
      Tensor x,
      boolean reluInput,
      Tensor dy,
      float scale,
      Tensor dWeight,
      Tensor dBias);
}
