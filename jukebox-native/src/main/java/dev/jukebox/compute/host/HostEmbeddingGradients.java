package dev.jukebox.compute.host;

import dev.jukebox.compute.EmbeddingGradients;
import dev.jukebox.compute.Tensor;

/** EmbeddingGradients in plain Java. */
final class HostEmbeddingGradients implements EmbeddingGradients {

  @Override
  public void scatterAdd(Tensor dOut, Tensor ids, Tensor dTable) {
    throw new UnsupportedOperationException("scatterAdd");
  }
}
