package dev.jukebox.compute.check;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.Optional;

/** The arguments of {@link dev.jukebox.compute.ConvOps}. */
public final class ConvCheck {

  private ConvCheck() {}

  /** Requires a weight F32 of the geometry's kernel and a bias of its outputs. */
  public static void pack(Tensor weight, Tensor bias, ConvGeometry geometry) {
    Check.require(
        weight.shape().rank() == 3
            && weight.dtype() == DType.F32
            && weight.size() > 0
            && weight.shape().dim(2) == geometry.kernel(),
        "conv pack",
        "weight",
        weight,
        "F32 of rank 3 with kernel " + geometry.kernel());
    long out = weight.shape().dim(geometry.transposed() ? 1 : 0);
    Check.requireShape("conv pack", "bias", bias, DType.F32, out);
  }

  /** Requires x [batch, time, in] and y of the length that the geometry gives. */
  public static void apply(ConvWeight weight, Tensor x, Optional<Tensor> residual, Tensor y) {
    Check.require(
        x.shape().rank() == 3 && x.dtype() == DType.F32 && x.shape().dim(2) == weight.in(),
        "conv",
        "x",
        x,
        "F32 [batch, time, " + weight.in() + "]");
    long time = x.shape().dim(1);
    long outLength = time == 0 ? 0 : Math.max(0, weight.geometry().outputLength(time));
    long[] shape = {x.shape().dim(0), outLength, weight.out()};
    Check.requireShape("conv", "y", y, DType.F32, shape);
    residual.ifPresent(r -> Check.requireShape("conv", "residual", r, DType.F32, shape));
  }
}
