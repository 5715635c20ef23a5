package dev.jukebox.compute.cpp;

import dev.jukebox.compute.TrainingOps;
import dev.jukebox.compute.host.HostThreads;
import dev.jukebox.compute.host.HostTraining;

/** The families of training, in C++ where that pays. */
final class CppTraining {

  private CppTraining() {}

  static TrainingOps of(CppEngine engine, HostThreads threads) {
    CppConv conv = new CppConv(engine);
    TrainingOps java = HostTraining.java(threads, conv);
    return new TrainingOps(
        new CppMatmul(engine),
        java.norm(),
        java.attention(),
        new CppConvGradients(engine, conv),
        java.embedding(),
        java.loss(),
        java.spectral(),
        new CppActivation(engine));
  }
}
