package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.Distance;
import dev.jukebox.compute.LossOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.LossCheck;
import dev.jukebox.compute.host.HostTensors;

/** Losses and their gradients. */
final class CppLoss implements LossOps {
  private final CppEngine engine;

  CppLoss(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void crossEntropy(Tensor logits, Tensor targets, Tensor losses) {
    LossCheck.crossEntropy(logits, targets, "losses", losses);
    LossCheck.targets(HostTensors.ints(targets), logits);
    int status =
        TrainingApi.crossEntropy(
            engine.handle(),
            address(logits),
            address(targets),
            logits.shape().rows(),
            logits.shape().rowLength(),
            address(losses));
    CppEngine.check(status, "cross-entropy", logits, targets);
  }

  @Override
  public void crossEntropyGradient(Tensor logits, Tensor targets, Tensor weights, Tensor dLogits) {
    LossCheck.crossEntropyGradient(logits, targets, weights, dLogits);
    LossCheck.targets(HostTensors.ints(targets), logits);
    int status =
        TrainingApi.crossEntropyGradient(
            engine.handle(),
            address(logits),
            address(targets),
            address(weights),
            logits.shape().rows(),
            logits.shape().rowLength(),
            address(dLogits));
    CppEngine.check(status, "cross-entropy gradient", logits, targets);
  }

  @Override
  public void distance(Distance kind, int k, Tensor target, Tensor x, Tensor distances) {
    LossCheck.distance(kind, k, target, x, "distances", distances);
    if (target.size() == 0) {
      return;
    }
    int status =
        TrainingApi.distance(
            engine.handle(),
            code(kind),
            k,
            address(target),
            address(x),
            target.shape().dim(0),
            target.size() / target.shape().dim(0),
            address(distances));
    CppEngine.check(status, "distance " + kind, target, x);
  }

  @Override
  public void distanceGradient(
      Distance kind, int k, Tensor target, Tensor x, Tensor weights, Tensor dx) {
    LossCheck.distanceGradient(kind, k, target, x, weights, dx);
    if (target.size() == 0) {
      return;
    }
    int status =
        TrainingApi.distanceGradient(
            engine.handle(),
            code(kind),
            k,
            address(target),
            address(x),
            target.shape().dim(0),
            target.size() / target.shape().dim(0),
            address(weights),
            address(dx));
    CppEngine.check(status, "gradient of distance " + kind, target, x);
  }

  /** A distance's number in the C ABI. */
  private static int code(Distance kind) {
    return switch (kind) {
      case L1 -> 0;
      case L2 -> 1;
      case LINF -> 2;
    };
  }
}
