package dev.jukebox.compute.host;

import dev.jukebox.compute.Distance;
import dev.jukebox.compute.LossOps;
import dev.jukebox.compute.Tensor;

/** LossOps in plain Java. */
final class HostLoss implements LossOps {

  @Override
  public void crossEntropy(Tensor logits, Tensor targets, Tensor losses) {
    throw new UnsupportedOperationException("crossEntropy");
  }

  @Override
  public void crossEntropyGradient(Tensor logits, Tensor targets, Tensor weights, Tensor dLogits) {
    throw new UnsupportedOperationException("crossEntropyGradient");
  }

  @Override
  public void distance(Distance kind, int k, Tensor target, Tensor x, Tensor distances) {
    throw new UnsupportedOperationException("distance");
  }

  @Override
  public void distanceGradient(
      Distance kind, int k, Tensor target, Tensor x, Tensor weights, Tensor dx) {
    throw new UnsupportedOperationException("distanceGradient");
  }
}
