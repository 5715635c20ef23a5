package dev.jukebox.compute.host;

import dev.jukebox.compute.TrainingOps;

/** The families of training in plain Java. */
public final class HostTraining {

  private HostTraining() {}

  /** Every family in plain Java. */
  public static TrainingOps java(HostThreads threads) {
    return new TrainingOps(
        new HostMatmul(),
        new HostNormGradients(),
        new HostAttentionGradients(),
        new HostConvGradients(),
        new HostEmbeddingGradients(),
        new HostLoss(),
        new HostSpectral(),
        new HostActivation());
  }
}
