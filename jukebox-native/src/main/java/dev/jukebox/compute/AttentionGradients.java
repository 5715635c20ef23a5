package dev.jukebox.compute;

/**
 * Attention over a whole window at once, without a cache, and its gradient (Jukebox paper, section
 * 4). The results are those of {@link AttentionOps} over a cache that was empty before.
 */
public interface AttentionGradients {

  /**
   * The attended values of every position.
   *
   * @param spec any pattern but ENCODER
   * @param qkv F32 [batch, nCtx, 3·nState]: queries, keys and values of each position
   * @param out F32 [batch, nCtx, nState]
   */
  void attend(AttentionSpec spec, Tensor qkv, Tensor out);

  /**
   * From the gradient of out that of qkv.
   *
   * @param out what {@link #attend} gave
   * @param dOut F32, out's shape
   * @param dQkv F32, qkv's shape; written over
   */
  void attendGradient(AttentionSpec spec, Tensor qkv, Tensor out, Tensor dOut, Tensor dQkv);

  /**
   * The attended encoder values of every position.
   *
   * @param spec with pattern ENCODER
   * @param queries F32 [batch, nCtx, nState]
   * @param kv F32 [batch, keyLength, 2·nState]
   * @param out F32 [batch, nCtx, nState]
   */
  void attendEncoder(AttentionSpec spec, Tensor queries, Tensor kv, Tensor out);

  /**
   * From the gradient of out those of queries and kv.
   *
   * @param out what {@link #attendEncoder} gave
   * @param dQueries F32, the shape of queries; written over
   * @param dKv F32, the shape of kv; written over
   */
  void attendEncoderGradient(
      AttentionSpec spec,
      Tensor queries,
      Tensor kv,
      Tensor out,
      Tensor dOut,
      Tensor dQueries,
      Tensor dKv);
}
