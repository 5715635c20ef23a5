package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.NormOps}. */
public final class NormCheck {

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
}
