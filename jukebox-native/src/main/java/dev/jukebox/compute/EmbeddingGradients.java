package dev.jukebox.compute;

/** The gradient of {@link EmbeddingOps}. */
public interface EmbeddingGradients {

  /**
   * dTable[ids[i]] += dOut[i]; a negative id adds nothing. The same operands give the same bits
   * every time.
   *
   * @param dOut F32 [..., width]
   * @param ids I32 [...], each below rows; one outside is an error
   * @param dTable F32 [rows, width], added to
   */
  void scatterAdd(Tensor dOut, Tensor ids, Tensor dTable);
}
