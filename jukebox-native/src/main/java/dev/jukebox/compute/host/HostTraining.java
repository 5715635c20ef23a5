package dev.jukebox.compute.host;

import dev.jukebox.compute.TrainingOps;

/** The families of training in plain Java. */
public final class HostTraining {

  private HostTraining() {}

  /** Every family in plain Java. */
  public static TrainingOps java(HostThreads threads) {
    return new TrainingOps(
        new HostMatmul(),
        new HostNormGradients(threads),
        new HostAttentionGradients(threads),
        new HostConvGradients(),
        new HostEmbeddingGradients(),
        new HostLoss(threads),
        new HostSpectral(threads),
        new HostActivation());
  }
}
