package dev.jukebox.compute;

/**
 * The gradients of a convolution: of its weight as sums over all positions, of its input as another
 * convolution, which {@link ConvOps} runs on dy.
 *
 * <pre>{@code
 * gradients.weight(geometry, x, false, dy, 1, dWeight, dBias);
 * ConvWeight back = gradients.packInputGradient(weight, geometry, arena);
 * ops.apply(back, dy, false, dx); // or dx += scale·..., by applyResidual
 * }</pre>
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

  /**
   * The weight of the convolution from dy to dx, with a bias of zeros; packed as {@link
   * ConvOps#pack} does, anew for each value of {@code weight}.
   *
   * <p>Its output is as long as x where stride 1, a transposed convolution, or a time + 2·padding -
   * kernel that is a multiple of the stride left nothing of x over; for other lengths it lacks the
   * last positions, and is not the gradient.
   *
   * @param weight F32 [out, in, kernel], or [in, out, kernel] if transposed, of the convolution
   *     from x to y
   * @param geometry of the convolution from x to y: dilated only with stride 1 and a padding of at
   *     most (kernel - 1)·dilation
   * @param arena owner of the packed copy; {@code weight} can be freed afterwards
   * @throws dev.jukebox.error.ComputeException if no convolution is this gradient
   */
  ConvWeight packInputGradient(Tensor weight, ConvGeometry geometry, Arena arena);
}
