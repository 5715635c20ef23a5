package dev.jukebox.core.prior;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import java.util.Arrays;

/**
 * The logits of a tiny prior, computed apart from the library: in double precision, all positions
 * at once, with explicit masks. Only what the prior is conditioned on comes from the library.
 */
final class OraclePrior {
  private final PriorConfig config;
  private final OracleWeights weights;
  private final OracleTransformer transformer;

  OraclePrior(TinyPrior prior, DType storage) {
    this(prior, storage, CacheRounding.exact(DType.F32));
  }

  OraclePrior(TinyPrior prior, DType storage, CacheRounding cache) {
    this(prior, storage, cache, masks(prior.config()));
  }

  OraclePrior(TinyPrior prior, DType storage, CacheRounding cache, OracleTransformer.Masks masks) {
    this.config = prior.config();
    this.weights = new OracleWeights(prior.weights(), storage);
    this.transformer =
        new OracleTransformer(
            weights, config.transformer(), config.hps().intOf("attn_order"), masks, cache);
  }

  static OracleTransformer.Masks masks(PriorConfig config) {
    int positions = config.primeLength() + config.nCtx();
    int blocks = config.hps().intOf("blocks");
    OracleMasks masks = new OracleMasks(positions / blocks, blocks, config.primeLength());
    return new OracleTransformer.Masks() {
      @Override
      public boolean sees(int attnFunc, int query, int key) {
        return masks.sees(attnFunc, query, key);
      }

      @Override
      public int zeroKeys(int attnFunc, int query) {
        return masks.zeroKeys(attnFunc, query);
      }
    };
  }

  /**
   * What one item is conditioned on.
   *
   * @param start the input of the first position [1][width]
   * @param xCond what is added to every position [positions][width]; zeros if there is nothing
   * @param encoded the encoded lyrics [tokens][width]; empty if there are none
   * @param lyrics tokens before the codes
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Given(double[][] start, double[][] xCond, double[][] encoded, int[] lyrics) {}

  /** What the library computed for an item. */
  Given given(Backend backend, Conditioning conditioning, int item) {
    int width = config.width();
    int positions = config.primeLength() + config.nCtx();
    return new Given(
        rows(backend.downloadFloats(conditioning.start().slice(item, 1)), width),
        conditioning
            .xCond()
            .map(x -> rows(backend.downloadFloats(x.slice(item, 1)), width))
            .orElseGet(() -> new double[positions][width]),
        conditioning
            .encoded()
            .map(x -> rows(backend.downloadFloats(x.slice(item, 1)), width))
            .orElseGet(() -> new double[0][]),
        conditioning.lyrics().get(item));
  }

  /** Lyrics and codes in the transformer's vocabulary: codes come after the lyric characters. */
  int[] tokens(Given given, int[] codes) {
    int shift = shift(given);
    int[] tokens = Arrays.copyOf(given.lyrics(), given.lyrics().length + codes.length);
    for (int i = 0; i < codes.length; i++) {
      tokens[given.lyrics().length + i] = codes[i] + shift;
    }
    return tokens;
  }

  /** The number of tokens before the first code in the transformer's vocabulary. */
  int shift(Given given) {
    return given.lyrics().length > 0 ? config.nVocab() : 0;
  }

  /** The logits [tokens][bins] of every token given those before it. */
  double[][] logits(Given given, int[] tokens) {
    double[] table = weights.plain("prior.x_emb.weight");
    double[] positions = weights.plain("prior.pos_emb.pos_emb");
    int width = config.width();
    double[][] x = new double[tokens.length][width];
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < width; i++) {
        double before = t == 0 ? given.start()[0][i] : table[tokens[t - 1] * width + i];
        x[t][i] = before + positions[t * width + i] + given.xCond()[t][i];
      }
    }
    double[][] h = transformer.apply(x, given.encoded());
    if (config.mergedDecoder()) {
      return weights.head("prior.x_out.weight", h);
    }
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < width; i++) {
        h[t][i] += given.xCond()[t][i];
      }
    }
    return weights.head("prior.x_emb.weight", h);
  }

  private static double[][] rows(float[] values, int width) {
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }
}
