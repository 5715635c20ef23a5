package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.SamplingOps}. */
public final class SamplingCheck {

  private SamplingCheck() {}

  /** Requires logits F32 [rows, bins], an item and a token for each row. */
  public static void sample(Tensor logits, Tensor items, Tensor tokens) {
    Check.require(
        logits.shape().rank() == 2 && logits.dtype() == DType.F32 && logits.shape().dim(1) > 0,
        "sample",
        "logits",
        logits,
        "F32 [rows, bins]");
    Check.requireShape("sample", "items", items, DType.I32, logits.shape().dim(0));
    Check.requireShape("sample", "tokens", tokens, DType.I32, logits.shape().dim(0));
  }
}
