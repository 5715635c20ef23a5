package dev.jukebox.compute;

/** Normalisation over the innermost extent. */
public interface NormOps {

  /**
   * y = (x − mean) / sqrt(variance + eps) · gain + bias for each row, in fp32.
   *
   * @param x F32 [..., width]
   * @param gain F32 [width]
   * @param bias F32 [width]
   * @param y F32 [..., width]; may be {@code x} itself
   */
  void layerNorm(Tensor x, Tensor gain, Tensor bias, float eps, Tensor y);
}
