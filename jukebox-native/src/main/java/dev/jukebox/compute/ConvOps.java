package dev.jukebox.compute;

/**
 * One-dimensional convolutions over [batch, time, channels].
 *
 * <p>Each output element is computed in the same order whatever the length, so that long audio in
 * pieces gives the same bits as the whole.
 */
public interface ConvOps {

  /**
   * Packs a weight into the layout this backend convolves with.
   *
   * @param weight F32 [out, in, kernel], or [in, out, kernel] for a transposed convolution
   * @param bias F32 [out]
   * @param arena owner of the packed copy; {@code weight} can be freed afterwards
   */
  ConvWeight pack(Tensor weight, Tensor bias, ConvGeometry geometry, Arena arena);

  /**
   * y = conv(x), or conv(relu(x)).
   *
   * @param x F32 [batch, time, in]
   * @param y F32 [batch, geometry.outputLength(time), out], not {@code x}
   */
  void apply(ConvWeight weight, Tensor x, boolean reluInput, Tensor y);

  /**
   * y = residual + scale·conv(x), or with relu(x).
   *
   * @param residual F32, the shape of y; may be {@code y} itself
   */
  void applyResidual(
      ConvWeight weight, Tensor x, boolean reluInput, Tensor residual, float scale, Tensor y);
}
