package dev.jukebox.compute;

/** The fused operations as the single ones of a backend, one after the other. */
public record ComposedOps(Backend backend) implements FusedOps {

  @Override
  public void normLinear(
      NormWeight norm,
      LinearWeight weight,
      Tensor x,
      Tensor normed,
      Activation activation,
      Tensor y) {
    backend.norm().layerNorm(x, norm.gain(), norm.bias(), norm.eps(), normed);
    backend.linear().apply(weight, normed, activation, y);
  }

  @Override
  public void linearInterpolate(
      LinearWeight weight, Tensor x, Tensor residual, Tensor base, float scale, Tensor y) {
    backend.linear().applyResidual(weight, x, residual, residual);
    backend.elementwise().interpolate(base, residual, scale, y);
  }
}
