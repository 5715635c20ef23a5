package dev.jukebox.core.nn;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.NormWeight;
import dev.jukebox.compute.Tensor;

/** Layer norm with gain and bias, ε = 1e-5. */
public final class LayerNorm {
  private static final float EPS = 1e-5f;

  private final Backend backend;
  private final NormWeight weight;

  /** Loads {@code weight} and {@code bias} of the scope. */
  public LayerNorm(WeightScope scope, int width) {
    this.backend = scope.backend();
    this.weight = new NormWeight(scope.load("weight", width), scope.load("bias", width), EPS);
  }

  NormWeight weight() {
    return weight;
  }

  /** y = norm(x); {@code y} may be {@code x}. */
  public void apply(Tensor x, Tensor y) {
    backend.norm().layerNorm(x, weight.gain(), weight.bias(), weight.eps(), y);
  }
}
