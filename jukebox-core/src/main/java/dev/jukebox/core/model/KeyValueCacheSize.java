package dev.jukebox.core.model;

import dev.jukebox.core.hparams.AttnOrder;
import dev.jukebox.core.hparams.Hyperparams;

/**
 * The size of the keys and values that a prior keeps while it samples, from its hyperparameters
 * alone.
 *
 * <p>A layer keeps what later queries may still read: a window for dense and transpose block
 * attention, a block for block, two for previous block, a position a block for summary, the lyrics
 * for the lyrics encoder and prime.
 */
public final class KeyValueCacheSize {

  private KeyValueCacheSize() {}

  /**
   * Bytes for each item of a batch.
   *
   * @param prior the prior's hyperparameters
   * @param elementBytes bytes of a number: 4 in fp32, 2 in fp16
   */
  public static long bytesPerSample(Hyperparams prior, int elementBytes) {
    long state = (long) (prior.doubleOf("m_attn") * prior.intOf("prior_width"));
    long positions = 0;
    for (int func : AttnOrder.attnFuncs(prior.intOf("attn_order"), prior.intOf("prior_depth"))) {
      positions += positions(prior, func);
    }
    return 2 * positions * state * elementBytes;
  }

  private static long positions(Hyperparams prior, int attnFunc) {
    long lyrics = prior.intOf("n_tokens");
    long context = prior.intOf("n_ctx") + (prior.booleanOf("single_enc_dec") ? lyrics : 0);
    long blocks = prior.optionalInt("blocks").orElse(1);
    long block = context / blocks;
    return switch (attnFunc) {
      case 0, 2 -> context;
      case 1 -> block;
      case 3 -> 2 * block;
      case 4 -> blocks;
      case 5 -> 1 + (blocks - 1) * prior.optionalInt("spread").orElse(1);
      case 6 -> lyrics;
      case 7 -> Math.min(context, (lyrics / blocks + 1) * blocks);
      default -> throw new IllegalArgumentException("attn_func " + attnFunc);
    };
  }
}
