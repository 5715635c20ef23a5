package dev.jukebox.core.prior;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.core.hparams.AttnOrder;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a transformer.
 *
 * @param width residual channels
 * @param heads attention heads
 * @param nCtx positions of a full window, lyrics of a single-sequence model included
 * @param blocks blocks of a window; 1 where no layer has blocks
 * @param patterns attention pattern of each layer
 * @param mAttn attention width as a multiple of width
 * @param mMlp inner MLP width as a multiple of width
 * @param resScale whether each layer's branches are scaled by 1/depth
 * @param encoderLength positions of the lyric encoder; 0 for none
 * @param primeLength lyric positions of a single-sequence model; 0 for none
 */
public record TransformerConfig(
    int width,
    int heads,
    int nCtx,
    int blocks,
    List<AttentionPattern> patterns,
    double mAttn,
    double mMlp,
    boolean resScale,
    int encoderLength,
    int primeLength) {

  public TransformerConfig {
    patterns = List.copyOf(patterns);
    if ((int) (mAttn * width) % heads != 0) {
      throw new InvalidInputException(
          "attention width " + (int) (mAttn * width) + " is not divisible by " + heads + " heads");
    }
    if (nCtx % blocks != 0) {
      throw new InvalidInputException(
          "a context of " + nCtx + " positions is not divisible by " + blocks + " blocks");
    }
    if (patterns.contains(AttentionPattern.ENCODER) && encoderLength < 1) {
      throw new InvalidInputException(
          "layers of attn_func 6 attend to a lyric encoder, and this transformer has none: choose"
              + " an attn_order without them, or use_tokens with n_tokens above 0 and no"
              + " single_enc_dec");
    }
    if (patterns.contains(AttentionPattern.PRIME) && primeLength < 1) {
      throw new InvalidInputException(
          "layers of attn_func 7 attend to lyrics in the same sequence, and this transformer has"
              + " none: choose an attn_order without them, or single_enc_dec with n_tokens above"
              + " 0");
    }
  }

  /** The pattern of each layer of an {@code attn_order}. */
  static List<AttentionPattern> patterns(int attnOrder, int depth) {
    return IntStream.of(AttnOrder.attnFuncs(attnOrder, depth))
        .mapToObj(
            attnFunc -> {
              for (AttentionPattern pattern : AttentionPattern.values()) {
                if (pattern.attnFunc() == attnFunc) {
                  return pattern;
                }
              }
              throw new InvalidInputException(
                  "attn_order "
                      + attnOrder
                      + " has layers of attn_func "
                      + attnFunc
                      + ", which cannot be sampled, in the original as here");
            })
        .toList();
  }

  /** Number of layers. */
  public int depth() {
    return patterns.size();
  }

  /** Attention width over all heads. */
  public int nState() {
    return (int) (mAttn * width);
  }

  /** Inner width of the MLP. */
  public int mlpState() {
    return (int) (mMlp * width);
  }

  /** Whether a layer attends to lyrics: to a lyric encoder, or to those in the same sequence. */
  public boolean attendsToLyrics(int layer) {
    AttentionPattern pattern = patterns.get(layer);
    return pattern == AttentionPattern.ENCODER || pattern == AttentionPattern.PRIME;
  }

  /** The attention of a layer. */
  public AttentionSpec attention(int layer) {
    AttentionPattern pattern = patterns.get(layer);
    int keyLength =
        switch (pattern) {
          case ENCODER -> encoderLength;
          case PRIME -> (primeLength / blocks + 1) * blocks;
          case DENSE, BLOCK, TRANSPOSE_BLOCK, PREV_BLOCK, SUMMARY -> 0;
        };
    return new AttentionSpec(pattern, heads, nState() / heads, nCtx, blocks, keyLength);
  }
}
