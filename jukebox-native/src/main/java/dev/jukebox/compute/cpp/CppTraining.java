package dev.jukebox.compute.cpp;

import dev.jukebox.compute.TrainingOps;
import dev.jukebox.compute.host.HostThreads;
import dev.jukebox.compute.host.HostTraining;

/** The families of training, in C++ where that pays. */
final class CppTraining {

  private CppTraining() {}

  static TrainingOps of(CppEngine engine, HostThreads threads) {
    TrainingOps java = HostTraining.java(threads, new CppConv(engine));
    return new TrainingOps(
        java.matmul(),
        new CppNormGradients(engine),
        new CppAttentionGradients(engine),
        java.conv(),
        new CppEmbeddingGradients(engine),
        new CppLoss(engine),
        new CppSpectral(engine),
        java.activation());
  }
}
