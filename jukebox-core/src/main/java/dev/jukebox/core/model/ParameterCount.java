package dev.jukebox.core.model;

import dev.jukebox.core.hparams.AttnOrder;
import dev.jukebox.core.hparams.Hyperparams;
import java.util.Arrays;

/**
 * The number of parameters of a model, from its hyperparameters alone.
 *
 * <p>Codebooks are counted; tensors that share their values, such as tied embeddings, once.
 */
public final class ParameterCount {

  private ParameterCount() {}

  /** Parameters of the VQ-VAE: encoders, decoders and codebooks of all levels. */
  public static long vqvae(Hyperparams hps) {
    int levels = hps.intOf("levels");
    int[] downs = hps.intsOf("downs_t");
    int[] strides = hps.intsOf("strides_t");
    int[] factors = hps.optionalInts("hvqvae_multipliers").orElseGet(() -> ones(levels));
    int embedding = hps.intOf("emb_width");
    long count =
        hps.booleanOf("use_bottleneck") ? (long) levels * hps.intOf("l_bins") * embedding : 0;
    for (int level = 0; level < levels; level++) {
      Blocks blocks =
          new Blocks(
              (long) hps.intOf("width") * factors[level],
              (long) hps.intOf("depth") * factors[level],
              hps.doubleOf("m_conv"));
      for (int block = 0; block <= level; block++) {
        int input = block == 0 ? 1 : embedding;
        count += blocks.down(input, embedding, downs[block], strides[block]);
        count += blocks.up(embedding, embedding, downs[block], strides[block]);
      }
      count += conv(embedding, 1, 3);
    }
    return count;
  }

  /**
   * Parameters of a prior with everything that it is conditioned by.
   *
   * @param hps the prior's hyperparameters; level says which conditioner it has
   * @param vqvae those of the VQ-VAE
   */
  public static long prior(Hyperparams hps, Hyperparams vqvae) {
    long width = hps.intOf("prior_width");
    int level = hps.intOf("level");
    boolean top = level == vqvae.intOf("levels") - 1;
    boolean single = hps.booleanOf("single_enc_dec");
    boolean labels = hps.booleanOf("labels");
    int codes = vqvae.intOf("l_bins");
    int lyrics = hps.booleanOf("use_tokens") || single ? hps.intOf("n_tokens") : 0;
    long count = 0;
    if (!top) {
      count += upsampler(hps, vqvae, level, width);
    }
    if (labels) {
      int[] bins = hps.intsOf("y_bins");
      count += (bins[0] + bins[1] + (top ? 3L * hps.intOf("t_bins") : 0)) * width;
    }
    if (single) {
      long bins = (long) codes + hps.intOf("n_vocab");
      return count
          + head(hps, bins, (long) lyrics + hps.intOf("n_ctx"), width, true)
          + transformer(hps, "", width, hps.intOf("prior_depth"));
    }
    if (lyrics > 0) {
      count += encoder(hps, lyrics, width);
    }
    return count
        + head(hps, codes, hps.intOf("n_ctx"), width, labels)
        + transformer(hps, "", width, hps.intOf("prior_depth"));
  }

  /** Embeddings of tokens and positions, the start token where there is no label, the output. */
  private static long head(
      Hyperparams hps, long bins, long context, long width, boolean startsWithLabel) {
    boolean ownOutput = hps.booleanOf("merged_decoder") && !hps.booleanOf("single_enc_dec");
    long outputs = ownOutput ? bins * width : 0;
    return bins * width + context * width + (startsWithLabel ? 0 : width) + outputs;
  }

  private static long encoder(Hyperparams hps, int tokens, long priorWidth) {
    long width = hps.intOf("prime_width");
    long vocabulary = hps.intOf("n_vocab");
    long embeddings = (vocabulary + tokens + 1) * width;
    long outputs = vocabulary * priorWidth;
    return embeddings
        + transformer(hps, "prime_", width, hps.intOf("prime_depth"))
        + linear(width, priorWidth)
        + 2 * priorWidth
        + outputs;
  }

  private static long transformer(Hyperparams hps, String prefix, long width, int depth) {
    long state = (long) (hps.doubleOf(prefix + "m_attn") * width);
    long inner = (long) (hps.doubleOf(prefix + "m_mlp") * width);
    long shared =
        linear(state, width) + linear(width, inner) + linear(inner, width) + 2 * 2 * width;
    long count = 0;
    for (int func : AttnOrder.attnFuncs(hps.intOf(prefix + "attn_order"), depth)) {
      long inputs =
          func == 6 ? linear(width, state) + linear(width, 2 * state) : linear(width, 3 * state);
      count += shared + inputs;
    }
    return count;
  }

  private static long upsampler(Hyperparams hps, Hyperparams vqvae, int level, long width) {
    Blocks blocks =
        new Blocks(hps.intOf("cond_width"), hps.intOf("cond_depth"), hps.doubleOf("cond_m_conv"));
    int down = vqvae.intsOf("downs_t")[level + 1];
    int stride = vqvae.intsOf("strides_t")[level + 1];
    return vqvae.intOf("l_bins") * width + blocks.up(width, width, down, stride) + 2 * width;
  }

  private static long linear(long inputs, long outputs) {
    return inputs * outputs + outputs;
  }

  private static long conv(long inputs, long outputs, long kernel) {
    return inputs * outputs * kernel + outputs;
  }

  private static int[] ones(int levels) {
    int[] ones = new int[levels];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Blocks of residual convolutions with one width and depth. */
  private record Blocks(long width, long depth, double factor) {

    long down(long input, long output, int downs, int stride) {
      long count = conv(width, output, 3) + downs * resnet();
      for (int i = 0; i < downs; i++) {
        count += conv(i == 0 ? input : width, width, 2L * stride);
      }
      return count;
    }

    long up(long input, long output, int downs, int stride) {
      long count = conv(input, width, 3) + downs * resnet();
      for (int i = 0; i < downs; i++) {
        count += conv(width, i == downs - 1 ? output : width, 2L * stride);
      }
      return count;
    }

    private long resnet() {
      long inner = (long) (factor * width);
      return depth * (conv(width, inner, 3) + conv(inner, width, 1));
    }
  }
}
