package dev.jukebox.compute.host;

import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.TrainingOps;

/** The families of training in plain Java. */
public final class HostTraining {

  private HostTraining() {}

  /**
   * Every family in plain Java.
   *
   * @param conv the backend's convolutions, which run the weights that its gradients pack
   */
  public static TrainingOps java(HostThreads threads, ConvOps conv) {
    return new TrainingOps(
        new HostMatmul(threads),
        new HostNormGradients(threads),
        new HostAttentionGradients(threads),
        new HostConvGradients(threads, conv),
        new HostEmbeddingGradients(),
        new HostLoss(threads),
        new HostSpectral(threads),
        new HostActivation(threads));
  }
}
