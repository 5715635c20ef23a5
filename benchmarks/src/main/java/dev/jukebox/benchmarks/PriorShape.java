package dev.jukebox.benchmarks;

import dev.jukebox.compute.DType;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The size of a top-level prior: without labels, or, with lyrics before the codes in one sequence,
 * with the labels of prior_1b_lyrics.
 *
 * @param lyrics lyric characters before the codes; 0 for a prior without lyrics and labels
 */
record PriorShape(
    int width, int depth, int heads, int attnOrder, int blocks, int nCtx, int bins, int lyrics) {
  private static final long SEED = 1;
  private static final int FEW_BLOCKS = 4;

  /** Enough layers for one that attends to lyrics. */
  private static final int LYRIC_DEPTH = 16;

  /** A prior of the same kinds of layers that plain Java runs in milliseconds. */
  PriorShape small() {
    int fewBlocks = Math.min(blocks, FEW_BLOCKS);
    boolean withLyrics = lyrics > 0;
    return new PriorShape(
        Math.min(width, 32 * heads),
        Math.min(depth, withLyrics ? LYRIC_DEPTH : 4),
        heads,
        attnOrder,
        fewBlocks,
        4 * fewBlocks,
        Math.min(bins, withLyrics ? 512 : 64),
        withLyrics ? 2 * fewBlocks : 0);
  }

  /** The shape as the model takes it. */
  PriorConfig config() {
    HyperparamSets sets = HyperparamSets.standard();
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("level", 2);
    own.put("prior_width", width);
    own.put("prior_depth", depth);
    own.put("heads", heads);
    own.put("attn_order", attnOrder);
    own.put("blocks", blocks);
    own.put("n_ctx", nCtx);
    if (lyrics > 0) {
      own.put("n_tokens", lyrics);
    } else {
      own.put("labels", false);
    }
    return PriorConfig.of(
        sets.resolve(lyrics > 0 ? List.of("prior_1b_lyrics") : List.of(), own),
        VqVaeConfig.of(sets.resolve(List.of("vqvae"), Map.of("l_bins", bins))));
  }

  /** Bytes of weights that every decode step reads: all matrices and the head. */
  long stepBytes(DType storage) {
    PriorConfig config = config();
    TransformerConfig shape = config.transformer();
    long layer = (long) width * (4L * shape.nState() + 2L * shape.mlpState());
    return (depth * layer + (long) width * config.bins()) * storage.byteSize();
  }

  /** Bytes of keys and values that the step of one item at a position of the window reads. */
  long cacheBytes(DType cache, int code) {
    TransformerConfig shape = config().transformer();
    long rows = 0;
    for (int layer = 0; layer < depth; layer++) {
      rows += shape.attention(layer).slotCount(lyrics + code);
    }
    return 2 * rows * shape.nState() * cache.byteSize();
  }

  /** Random weights under the names of a released checkpoint. */
  WeightSource weights() {
    return PriorWeights.of(config(), new RandomTensors(SEED));
  }
}
