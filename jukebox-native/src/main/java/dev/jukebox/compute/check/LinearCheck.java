package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.Tensor;
import java.util.Optional;

/** The arguments of {@link dev.jukebox.compute.LinearOps}. */
public final class LinearCheck {

  private LinearCheck() {}

  /** Requires a matrix F32, a bias of its outputs, and a type in which weights can be stored. */
  public static void pack(Tensor weight, boolean transposed, Optional<Tensor> bias, DType storage) {
    Check.require(
        weight.shape().rank() == 2 && weight.dtype() == DType.F32 && weight.size() > 0,
        "linear pack",
        "weight",
        weight,
        "F32 of rank 2, not empty");
    Check.require(
        storage != DType.I32, "linear pack", "storage I32 of", weight, "F32, F16, BF16 or I8");
    long out = weight.shape().dim(transposed ? 0 : 1);
    bias.ifPresent(b -> Check.requireShape("linear pack", "bias", b, DType.F32, out));
  }

  /** Requires rows of the weight's inputs and outputs. */
  public static void apply(LinearWeight weight, Tensor x, Optional<Tensor> residual, Tensor y) {
    long rows = x.shape().rows();
    Check.requireRows("linear", "x", x, rows, weight.in());
    residual.ifPresent(r -> Check.requireRows("linear", "residual", r, rows, weight.out()));
    Check.requireRows("linear", "y", y, rows, weight.out());
  }
}
