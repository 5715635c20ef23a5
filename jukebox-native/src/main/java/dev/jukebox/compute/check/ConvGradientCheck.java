package dev.jukebox.compute.check;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;

/** The arguments of {@link dev.jukebox.compute.ConvGradients}. */
public final class ConvGradientCheck {
  private static final String OPERATION = "conv gradient";

  private ConvGradientCheck() {}

  /** Requires a convolution's input, the gradient of its output, and places for the sums. */
  public static void weight(
      ConvGeometry geometry, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    Check.require(
        x.shape().rank() == 3 && x.dtype() == DType.F32,
        OPERATION,
        "x",
        x,
        "F32 [batch, time, in]");
    Check.require(dy.shape().rank() == 3, OPERATION, "dy", dy, "F32 [batch, time, out]");
    long batch = x.shape().dim(0);
    long time = x.shape().dim(1);
    long in = x.shape().dim(2);
    long out = dy.shape().dim(2);
    long outLength = time == 0 ? 0 : Math.max(0, geometry.outputLength(time));
    Check.requireShape(OPERATION, "dy", dy, DType.F32, batch, outLength, out);
    boolean transposed = geometry.transposed();
    Check.requireShape(
        OPERATION,
        "dWeight",
        dWeight,
        DType.F32,
        transposed ? in : out,
        transposed ? out : in,
        geometry.kernel());
    Check.requireShape(OPERATION, "dBias", dBias, DType.F32, out);
  }

  /** Requires a weight of the geometry, and one whose input gradient is a convolution. */
  public static void input(Tensor weight, ConvGeometry geometry) {
    Check.require(
        weight.shape().rank() == 3
            && weight.dtype() == DType.F32
            && weight.size() > 0
            && weight.shape().dim(2) == geometry.kernel(),
        OPERATION,
        "weight",
        weight,
        "F32 of rank 3 with kernel " + geometry.kernel());
    long reach = (geometry.kernel() - 1L) * geometry.dilation();
    if (reach > 0
        && geometry.dilation() > 1
        && (geometry.stride() > 1 || geometry.padding() > reach)) {
      throw new ComputeException(
          OPERATION
              + ": that of the input of "
              + geometry
              + " is no convolution: use stride 1 and a padding of at most "
              + reach
              + ", or dilation 1");
    }
  }
}
