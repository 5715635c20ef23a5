package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.NormOps} and its gradient. */
public final class NormCheck {

  private static final String GRADIENT = "layer norm gradient";

  private NormCheck() {}

  /** Requires rows F32 and gain and bias of a row's length. */
  public static void layerNorm(Tensor x, Tensor gain, Tensor bias, Tensor y) {
    long rows = x.shape().rows();
    int width = x.shape().rowLength();
    Check.requireRows("layer norm", "x", x, rows, width);
    Check.requireShape("layer norm", "gain", gain, DType.F32, width);
    Check.requireShape("layer norm", "bias", bias, DType.F32, width);
    Check.requireRows("layer norm", "y", y, rows, width);
  }

  /** Requires rows F32, and gradients of rows, gain and bias. */
  public static void gradient(
      Tensor x, Tensor gain, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias) {
    long rows = x.shape().rows();
    int width = x.shape().rowLength();
    Check.requireRows(GRADIENT, "x", x, rows, width);
    Check.requireShape(GRADIENT, "gain", gain, DType.F32, width);
    Check.requireRows(GRADIENT, "dy", dy, rows, width);
    Check.requireRows(GRADIENT, "dx", dx, rows, width);
    Check.requireShape(GRADIENT, "dGain", dGain, DType.F32, width);
    Check.requireShape(GRADIENT, "dBias", dBias, DType.F32, width);
  }
}
