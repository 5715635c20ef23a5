package dev.jukebox.compute;

/** Rows of tables by id. */
public interface EmbeddingOps {

  /**
   * out[i] = table[ids[i]].
   *
   * @param table F32 [rows, width]
   * @param ids I32 [...], each in [0, rows); an id out of range is an error
   * @param out F32 [..., width]
   */
  void gather(Tensor table, Tensor ids, Tensor out);

  /** out[i] += table[ids[i]], where a negative id adds nothing. */
  void gatherAdd(Tensor table, Tensor ids, Tensor out);
}
