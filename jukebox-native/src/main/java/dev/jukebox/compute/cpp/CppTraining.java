package dev.jukebox.compute.cpp;

import dev.jukebox.compute.TrainingOps;

/** The families of training in C++. */
final class CppTraining {

  private CppTraining() {}

  static TrainingOps of(CppEngine engine) {
    CppConv conv = new CppConv(engine);
    return new TrainingOps(
        new CppMatmul(engine),
        new CppNormGradients(engine),
        new CppAttentionGradients(engine),
        new CppConvGradients(engine, conv),
        new CppEmbeddingGradients(engine),
        new CppLoss(engine),
        new CppSpectral(engine),
        new CppActivation(engine));
  }
}
