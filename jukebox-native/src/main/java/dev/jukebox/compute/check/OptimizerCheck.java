package dev.jukebox.compute.check;

import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.OptimizerOps}. */
public final class OptimizerCheck {

  private OptimizerCheck() {}

  /** Requires tensors of the parameter's shape, in F32 or with moments F16 and two scales. */
  public static void tensors(AdamTensors tensors) {
    Tensor parameter = tensors.parameter();
    long[] dims = parameter.shape().toArray();
    Check.requireShape("adam", "parameter", parameter, DType.F32, dims);
    Check.requireShape("adam", "gradient", tensors.gradient(), DType.F32, dims);
    DType moment = tensors.scales().isPresent() ? DType.F16 : DType.F32;
    Check.requireShape("adam", "first moment", tensors.firstMoment(), moment, dims);
    Check.requireShape("adam", "second moment", tensors.secondMoment(), moment, dims);
    tensors
        .scales()
        .ifPresent(scales -> Check.requireShape("adam", "scales", scales, DType.F32, 2));
    tensors
        .average()
        .ifPresent(average -> Check.requireShape("adam", "average", average, DType.F32, dims));
  }

  /** Requires a place for the norm and whether it overflows. */
  public static void norm(Tensor result) {
    Check.requireShape("gradient norm", "result", result, DType.F32, 2);
  }
}
