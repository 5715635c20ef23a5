package dev.jukebox.core.prior;

import java.util.Arrays;

/** A transformer in double precision with explicit masks: every position at once, no caches. */
final class OracleTransformer {

  /** What attention computes, so that a test can ask what a mistake in it would change. */
  interface Masks {
    boolean sees(int attnFunc, int query, int key);

    int zeroKeys(int attnFunc, int query);
  }

  private static final double EPS = 1e-5;

  private final OracleWeights weights;
  private final TransformerConfig shape;
  private final int order;
  private final Masks masks;
  private final CacheRounding cache;

  OracleTransformer(
      OracleWeights weights, TransformerConfig shape, int order, Masks masks, CacheRounding cache) {
    this.cache = cache;
    this.weights = weights;
    this.shape = shape;
    this.order = order;
    this.masks = masks;
  }

  /**
   * The outputs [positions][width].
   *
   * @param x inputs [positions][width], not changed
   * @param encoded lyrics [tokens][width]; empty without an encoder
   */
  double[][] apply(double[][] x, double[][] encoded) {
    double scale = shape.resScale() ? 1.0 / shape.depth() : 1;
    double[][] h = x;
    for (int layer = 0; layer < shape.depth(); layer++) {
      String name = "prior.transformer._attn_mods." + layer;
      double[][] a = attention(name, OracleMasks.attnFunc(order, layer), h, encoded);
      double[][] m = mlp(name, sum(h, a, 1));
      h = sum(h, sum(a, m, 1), scale);
    }
    return h;
  }

  private double[][] mlp(String name, double[][] x) {
    double[][] inner = weights.linear(name + ".mlp.c_fc", norm(name + ".ln_1", x));
    for (double[] row : inner) {
      for (int i = 0; i < row.length; i++) {
        row[i] = row[i] / (1 + Math.exp(-1.702 * row[i]));
      }
    }
    return weights.linear(name + ".mlp.c_proj", inner);
  }

  private double[][] attention(String name, int attnFunc, double[][] x, double[][] encoded) {
    int state = shape.nState();
    double[][] own = weights.linear(name + ".attn.c_attn", norm(name + ".ln_0", x));
    boolean encoder = attnFunc == 6;
    double[][] keyValues =
        encoder ? weights.linear(name + ".attn.c_enc_kv", encoded) : columns(own, state, 3 * state);
    cache.apply(keyValues);
    double[][] out = new double[x.length][state];
    int headDim = state / shape.heads();
    for (int head = 0; head < shape.heads(); head++) {
      for (int query = 0; query < x.length; query++) {
        attend(attnFunc, own[query], query, keyValues, head * headDim, headDim, out[query]);
      }
    }
    return weights.linear(name + ".attn.c_proj", out);
  }

  /** One query of one head; keys and values of a position stand side by side. */
  private void attend(
      int attnFunc,
      double[] queries,
      int query,
      double[][] keyValues,
      int first,
      int headDim,
      double[] out) {
    int state = shape.nState();
    double[] scores = new double[keyValues.length];
    int zeroKeys = masks.zeroKeys(attnFunc, query);
    double largest = zeroKeys > 0 ? 0 : Double.NEGATIVE_INFINITY;
    for (int key = 0; key < keyValues.length; key++) {
      scores[key] = Double.NEGATIVE_INFINITY;
      if (masks.sees(attnFunc, query, key)) {
        double dot = 0;
        for (int i = first; i < first + headDim; i++) {
          dot += queries[i] * keyValues[key][i];
        }
        scores[key] = dot / Math.sqrt(headDim);
        largest = Math.max(largest, scores[key]);
      }
    }
    double total = zeroKeys * Math.exp(-largest);
    for (int key = 0; key < keyValues.length; key++) {
      scores[key] = Math.exp(scores[key] - largest);
      total += scores[key];
    }
    for (int key = 0; key < keyValues.length; key++) {
      for (int i = first; i < first + headDim; i++) {
        out[i] += scores[key] / total * keyValues[key][state + i];
      }
    }
  }

  private double[][] norm(String name, double[][] x) {
    double[] gain = weights.plain(name + ".weight");
    double[] bias = weights.plain(name + ".bias");
    double[][] y = new double[x.length][gain.length];
    for (int row = 0; row < x.length; row++) {
      double mean = Arrays.stream(x[row]).average().orElseThrow();
      double variance =
          Arrays.stream(x[row]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      for (int i = 0; i < gain.length; i++) {
        y[row][i] = (x[row][i] - mean) / Math.sqrt(variance + EPS) * gain[i] + bias[i];
      }
    }
    return y;
  }

  private static double[][] columns(double[][] x, int from, int to) {
    return Arrays.stream(x).map(row -> Arrays.copyOfRange(row, from, to)).toArray(double[][]::new);
  }

  private static double[][] sum(double[][] x, double[][] y, double scale) {
    double[][] out = new double[x.length][x[0].length];
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < x[row].length; i++) {
        out[row][i] = x[row][i] + scale * y[row][i];
      }
    }
    return out;
  }
}
