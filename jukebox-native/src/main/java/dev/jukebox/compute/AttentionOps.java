package dev.jukebox.compute;

/**
 * Causal, block-sparse attention over key/value caches (Jukebox paper, section 4; Child et al.
 * 2019).
 *
 * <p>A prompt of many positions and a single decode step are the same call; each query is computed
 * in the same order in both, so that any chunking gives the same bits.
 */
public interface AttentionOps {

  /** The type in which keys and values are kept beside weights of type {@code storage}. */
  DType cacheType(DType storage);

  /**
   * An empty cache for {@code batch} items.
   *
   * @param type what {@link #cacheType} gave
   */
  KvCache createCache(AttentionSpec spec, int batch, DType type, Arena arena);

  /** Fills the cache of an ENCODER layer from kv, F32 [batch, keyLength, 2·nState]. */
  void fillEncoder(KvCache cache, Tensor kv);

  /**
   * Appends the keys and values of positions [start, start + count) and answers their queries.
   *
   * <p>A counted position answers one query an item at a time.
   *
   * @param qkv F32 [batch, count, 3·nState]; for an ENCODER layer queries alone, [batch, count,
   *     nState]
   * @param start the first position; all earlier ones must have been appended
   * @param out F32 [batch, count, nState]
   */
  void attend(KvCache cache, Tensor qkv, Position start, Tensor out);

  /** As the other, from a fixed position. */
  default void attend(KvCache cache, Tensor qkv, int start, Tensor out) {
    attend(cache, qkv, Position.at(start), out);
  }

  /**
   * As {@link #attend}, and keeps one head's attention weights.
   *
   * @param head the head to record
   * @param weights F32 [batch, count, slots]: the weight of each cache row, 0 where not attended
   */
  void attendRecording(KvCache cache, Tensor qkv, int start, Tensor out, int head, Tensor weights);
}
