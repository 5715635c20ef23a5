package dev.jukebox.compute;

import dev.jukebox.error.ComputeException;

/**
 * The shape of one attention layer.
 *
 * @param pattern which positions a query attends to
 * @param heads number of heads
 * @param headDim width of a head
 * @param nCtx positions of a full window
 * @param blocks blocks of a full window; divides nCtx (1 where the pattern has no blocks)
 * @param keyLength number of keys of the ENCODER and PRIME patterns, else 0
 */
public record AttentionSpec(
    AttentionPattern pattern, int heads, int headDim, int nCtx, int blocks, int keyLength) {

  public AttentionSpec {
    if (heads < 1 || headDim < 1 || nCtx < 1 || blocks < 1 || nCtx % blocks != 0) {
      throw new ComputeException(
          "attention: no such layer: heads "
              + heads
              + ", head width "
              + headDim
              + ", n_ctx "
              + nCtx
              + ", blocks "
              + blocks);
    }
    boolean keyed = pattern == AttentionPattern.ENCODER || pattern == AttentionPattern.PRIME;
    if (keyed ? keyLength < 1 : keyLength != 0) {
      throw new ComputeException("attention: " + pattern + " with " + keyLength + " keys");
    }
  }

  /** Width of queries, keys and values over all heads. */
  public int nState() {
    return heads * headDim;
  }

  /** Positions of a block. */
  public int blockCtx() {
    return nCtx / blocks;
  }

  /** Rows of the key/value cache of one item. */
  public int cacheSlots() {
    return switch (pattern) {
      case DENSE, TRANSPOSE_BLOCK -> nCtx;
      case BLOCK -> blockCtx();
      case PREV_BLOCK -> 2 * blockCtx();
      case SUMMARY -> blocks;
      case ENCODER -> keyLength;
      case PRIME -> Math.min(keyLength, nCtx);
    };
  }

  /**
   * The cache row that a position's key and value are written to, or −1 if no later query needs
   * them. Rows are chosen so that every query reads one contiguous range.
   */
  public int slotOf(int position) {
    int block = position / blockCtx();
    int within = position % blockCtx();
    return switch (pattern) {
      case DENSE -> position;
      case BLOCK -> within;
      case TRANSPOSE_BLOCK -> within * blocks + block;
      case PREV_BLOCK -> position % (2 * blockCtx());
      case SUMMARY -> within == blockCtx() - 1 && block < blocks - 1 ? block + 1 : -1;
      case PRIME -> position < cacheSlots() ? position : -1;
      case ENCODER -> -1;
    };
  }

  /** The first cache row that the query at this position reads. */
  public int firstSlot(int position) {
    int block = position / blockCtx();
    return switch (pattern) {
      case TRANSPOSE_BLOCK -> (position % blockCtx()) * blocks;
      case PREV_BLOCK -> ((block + 1) % 2) * blockCtx();
      case DENSE, BLOCK, SUMMARY, PRIME, ENCODER -> 0;
    };
  }

  /** The number of cache rows that the query at this position reads; 0 gives output 0. */
  public int slotCount(int position) {
    int block = position / blockCtx();
    int within = position % blockCtx();
    return switch (pattern) {
      case DENSE -> position + 1;
      case BLOCK -> within + 1;
      case TRANSPOSE_BLOCK -> block + 1;
      case PREV_BLOCK -> block == 0 ? 0 : blockCtx();
      case SUMMARY -> 1 + Math.min(blocks - 1, (position + 1) / blockCtx());
      case PRIME -> Math.min(position + 1, cacheSlots());
      case ENCODER -> keyLength;
    };
  }

  /**
   * The end of the run of positions from {@code position} that may be written to the cache before
   * their queries are answered: where the cache is a ring, the end of the block.
   */
  public int segmentEnd(int position) {
    return switch (pattern) {
      case BLOCK, PREV_BLOCK -> (position / blockCtx() + 1) * blockCtx();
      case DENSE, TRANSPOSE_BLOCK, SUMMARY, ENCODER, PRIME -> nCtx;
    };
  }
}
