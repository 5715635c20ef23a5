package dev.jukebox.compute;

import java.util.Optional;

/**
 * Products of rows with a weight matrix: y = x·W + b.
 *
 * <p>Each output element is computed in the same order whatever the number of rows, so that a row
 * gives the same bits alone and in a batch.
 */
public interface LinearOps {

  /**
   * Packs a weight into the layout this backend multiplies with.
   *
   * @param weight F32 [in, out], or [out, in] if {@code transposed}
   * @param transposed whether the rows of {@code weight} are outputs
   * @param bias F32 [out], or empty
   * @param storage type to keep the weight in: F32, F16, BF16 or I8 (per-output scales)
   * @param arena owner of the packed copy; {@code weight} can be freed afterwards
   */
  LinearWeight pack(
      Tensor weight, boolean transposed, Optional<Tensor> bias, DType storage, Arena arena);

  /**
   * y = activation(x·W + b).
   *
   * @param x F32 [..., in]
   * @param y F32 [..., out], not {@code x}
   */
  void apply(LinearWeight weight, Tensor x, Activation activation, Tensor y);

  /**
   * y = residual + x·W + b.
   *
   * @param residual F32 [..., out]; may be {@code y} itself
   */
  void applyResidual(LinearWeight weight, Tensor x, Tensor residual, Tensor y);
}
