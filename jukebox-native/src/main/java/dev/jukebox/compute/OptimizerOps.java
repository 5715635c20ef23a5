package dev.jukebox.compute;

import java.util.List;

/**
 * Steps of an optimizer over all tensors of a model at once.
 *
 * <pre>{@code
 * ParameterGroup group = backend.optimizer().group(tensors, arena);
 * backend.optimizer().gradientNorm(group, result);
 * float[] normAndOverflow = backend.downloadFloats(result);
 * if (normAndOverflow[1] == 0) {
 *   backend.optimizer().adam(settings, group);
 * }
 * }</pre>
 */
public interface OptimizerOps {

  /**
   * Prepares tensors for steps that take them all; they must live as long as the group is used.
   *
   * @param tensors none of them in two places
   * @param arena owns what the group needs
   */
  ParameterGroup group(List<AdamTensors> tensors, Arena arena);

  /**
   * The Euclidean norm of all gradients together, as they are (times the loss scale), and whether
   * any element is NaN or infinite. The same bits for the same gradients.
   *
   * @param result F32 [2]: the norm; 1 if there is such an element, else 0
   */
  void gradientNorm(ParameterGroup group, Tensor result);

  /**
   * One step: with g = gradient / scale, the moments become beta1 m + (1 - beta1) g and beta2 v +
   * (1 - beta2) g², the parameter p - stepSize (m / (sqrt(v) + epsilon) + weightDecay p), and its
   * average averageDecay a + (1 - averageDecay) p.
   *
   * <p>Moments in F16 are kept divided by their scales, which become the largest new magnitude of
   * the tensor / 65504 + 1e-8; the parameter is computed from the moments before they are rounded.
   */
  void adam(AdamSettings settings, ParameterGroup group);
}
