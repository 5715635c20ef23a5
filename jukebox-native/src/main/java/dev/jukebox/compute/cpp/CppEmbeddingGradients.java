package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.EmbeddingGradients;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.EmbeddingCheck;
import dev.jukebox.compute.host.HostTensors;

/** The gradient of look-ups. */
final class CppEmbeddingGradients implements EmbeddingGradients {
  private final CppEngine engine;

  CppEmbeddingGradients(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void scatterAdd(Tensor dOut, Tensor ids, Tensor dTable) {
    EmbeddingCheck.scatterAdd(dOut, ids, dTable);
    EmbeddingCheck.scatterIds(HostTensors.ints(ids), dTable);
    int status =
        TrainingApi.scatterAdd(
            engine.handle(),
            address(dOut),
            address(ids),
            ids.size(),
            dTable.shape().rowLength(),
            address(dTable),
            dTable.shape().dim(0));
    CppEngine.check(status, "scatter and add", dOut, ids, dTable);
  }
}
