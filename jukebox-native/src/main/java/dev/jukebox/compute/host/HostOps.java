package dev.jukebox.compute.host;

import dev.jukebox.compute.AttentionOps;
import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.EmbeddingOps;
import dev.jukebox.compute.LinearOps;
import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.SamplingOps;
import dev.jukebox.compute.TrainingOps;

/** One implementation of every family, for a backend in host memory. */
public record HostOps(
    LinearOps linear,
    NormOps norm,
    AttentionOps attention,
    ConvOps conv,
    EmbeddingOps embedding,
    CodebookOps codebook,
    SamplingOps sampling,
    ElementwiseOps elementwise,
    OptimizerOps optimizer,
    TrainingOps training) {

  /** Every family in plain Java. */
  public static HostOps java(HostThreads threads) {
    HostConv conv = new HostConv(threads);
    return new HostOps(
        new HostLinear(threads),
        new HostNorm(),
        new HostAttention(threads),
        conv,
        new HostEmbedding(),
        new HostCodebook(threads),
        new HostSampling(),
        new HostElementwise(),
        new HostOptimizer(),
        HostTraining.java(threads, conv));
  }
}
