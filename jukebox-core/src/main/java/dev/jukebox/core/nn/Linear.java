package dev.jukebox.core.nn;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.Tensor;
import java.util.Optional;

/** A linear layer over the innermost extent. */
public final class Linear {
  private final Backend backend;
  private final LinearWeight weight;

  private Linear(Backend backend, LinearWeight weight) {
    this.backend = backend;
    this.weight = weight;
  }

  /** The original's Conv1D: weight {@code w} [in, out] and bias {@code b} [out]. */
  public static Linear conv1d(WeightScope scope, int in, int out) {
    try (Arena temporary = scope.backend().arena()) {
      Tensor w = scope.loadInto(temporary, "w", in, out);
      Tensor b = scope.loadInto(temporary, "b", out);
      return new Linear(
          scope.backend(),
          scope.backend().linear().pack(w, false, Optional.of(b), scope.storage(), scope.arena()));
    }
  }

  /** PyTorch's bias-free Linear: {@code weight} [out, in], given as it is also used elsewhere. */
  public static Linear head(WeightScope scope, Tensor weight) {
    return new Linear(
        scope.backend(),
        scope
            .backend()
            .linear()
            .pack(weight, true, Optional.empty(), scope.storage(), scope.arena()));
  }

  /** Length of an output row. */
  public int out() {
    return weight.out();
  }

  /** y = x·W + b. */
  public void apply(Tensor x, Tensor y) {
    backend.linear().apply(weight, x, Activation.NONE, y);
  }

  /** y = activation(norm(x)·W + b); {@code normed} is scratch of x's shape. */
  public void applyNormed(
      LayerNorm norm, Tensor x, Tensor normed, Activation activation, Tensor y) {
    backend.fused().normLinear(norm.weight(), weight, x, normed, activation, y);
  }

  /** y = residual + x·W + b. */
  public void applyResidual(Tensor x, Tensor residual, Tensor y) {
    backend.linear().applyResidual(weight, x, residual, y);
  }

  /** y = base + scale·(residual + x·W + b − base); residual's contents are lost. */
  public void applyInterpolated(Tensor x, Tensor residual, Tensor base, float scale, Tensor y) {
    backend.fused().linearInterpolate(weight, x, residual, base, scale, y);
  }
}
