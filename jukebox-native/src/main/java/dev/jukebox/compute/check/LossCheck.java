package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Distance;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.nio.IntBuffer;

/** The arguments of {@link dev.jukebox.compute.LossOps}. */
public final class LossCheck {
  private static final String ENTROPY = "cross-entropy";
  private static final String DISTANCE = "distance";

  private LossCheck() {}

  /**
   * Requires logits F32 [..., bins], a target for each row and an F32 element for each row.
   *
   * @param name what the F32 elements are called
   */
  public static void crossEntropy(Tensor logits, Tensor targets, String name, Tensor perRow) {
    Check.require(
        logits.dtype() == DType.F32 && logits.shape().rank() >= 1 && logits.shape().dim(-1) > 0,
        ENTROPY,
        "logits",
        logits,
        "F32 [..., bins]");
    long rows = logits.shape().rows();
    Check.require(
        targets.dtype() == DType.I32 && targets.size() == rows,
        ENTROPY,
        "targets",
        targets,
        rows + " elements I32");
    Check.require(
        perRow.dtype() == DType.F32 && perRow.size() == rows,
        ENTROPY,
        name,
        perRow,
        rows + " elements F32");
  }

  /** Requires what {@link #crossEntropy} does, and gradients of the logits' shape. */
  public static void crossEntropyGradient(
      Tensor logits, Tensor targets, Tensor weights, Tensor dLogits) {
    crossEntropy(logits, targets, "weights", weights);
    Check.requireShape(ENTROPY, "dLogits", dLogits, DType.F32, logits.shape().toArray());
  }

  /** Requires every target to be one of the bins. */
  public static void targets(IntBuffer targets, Tensor logits) {
    int bins = logits.shape().rowLength();
    for (int i = 0; i < targets.limit(); i++) {
      if (targets.get(i) < 0 || targets.get(i) >= bins) {
        throw new ComputeException(
            ENTROPY
                + ": target "
                + targets.get(i)
                + " of row "
                + i
                + " is not in [0, "
                + bins
                + ") of logits "
                + logits);
      }
    }
  }

  /**
   * Requires items F32 of one shape, an F32 element for each item, and a k that an item has.
   *
   * @param name what the F32 elements are called
   */
  public static void distance(
      Distance kind, int k, Tensor target, Tensor x, String name, Tensor perItem) {
    Check.require(
        target.dtype() == DType.F32 && target.shape().rank() >= 1,
        DISTANCE,
        "target",
        target,
        "F32 [batch, ...]");
    Check.requireShape(DISTANCE, "x", x, DType.F32, target.shape().toArray());
    long batch = target.shape().dim(0);
    Check.requireShape(DISTANCE, name, perItem, DType.F32, batch);
    long each = batch == 0 ? 0 : target.size() / batch;
    Check.require(
        batch == 0 || each > 0, DISTANCE, "target", target, "at least one element an item");
    Check.require(
        kind != Distance.LINF || batch == 0 || (k >= 1 && k <= each),
        DISTANCE,
        "target of which LINF takes " + k,
        target,
        "items of so many elements, and at least 1 taken");
  }

  /** Requires what {@link #distance} does, and a gradient of the items' shape. */
  public static void distanceGradient(
      Distance kind, int k, Tensor target, Tensor x, Tensor weights, Tensor dx) {
    distance(kind, k, target, x, "weights", weights);
    Check.requireShape(DISTANCE, "dx", dx, DType.F32, target.shape().toArray());
  }
}
