package dev.jukebox.core.prior;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.vqvae.RandomWeights;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small prior with random weights, and a batch of windows for it.
 *
 * @param name what the case shows
 * @param config its shape
 * @param weights its weights
 * @param y the label of each item
 * @param above the codes of the level above of each item; empty at the top
 * @param codes the codes of a full window of each item
 */
record TinyPrior(
    String name,
    PriorConfig config,
    RandomWeights weights,
    List<long[]> y,
    List<int[]> above,
    List<int[]> codes) {
  private static final int ITEMS = 2;
  private static final int GENRES = 2;

  /** A case; whatever {@code overrides} does not say is as in {@link #base}. */
  static TinyPrior of(String name, Map<String, ?> overrides) {
    Map<String, Object> values = base();
    values.putAll(overrides);
    Hyperparams hps = HyperparamSets.standard().resolve(List.of(), values);
    PriorConfig config = PriorConfig.of(hps, VqVaeConfig.of(hps));
    Random random = new Random(name.hashCode());
    List<long[]> y = new ArrayList<>();
    List<int[]> above = new ArrayList<>();
    List<int[]> codes = new ArrayList<>();
    for (int item = 0; item < ITEMS; item++) {
      y.add(config.labels() ? label(config, random) : new long[0]);
      if (!config.isTop()) {
        above.add(codes(random, config.nCtx() / config.condDownsample(), config.vqvae().bins()));
      }
      codes.add(codes(random, config.nCtx(), config.vqvae().bins()));
    }
    return new TinyPrior(
        name, config, TinyPriorWeights.of(config, random.nextLong()), y, above, codes);
  }

  /** A dense top-level prior with labels and without lyrics. */
  static Map<String, Object> base() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("sr", 1000);
    values.put("levels", 2);
    values.put("downs_t", List.of(1, 1));
    values.put("strides_t", List.of(2, 2));
    values.put("emb_width", 8);
    values.put("l_bins", 40);
    values.put("level", 1);
    values.put("n_ctx", 32);
    values.put("prior_width", 16);
    values.put("prior_depth", 3);
    values.put("heads", 2);
    values.put("blocks", 4);
    values.put("labels", true);
    values.put("y_bins", List.of(5, 7));
    values.put("max_bow_genre_size", GENRES);
    values.put("t_bins", 16);
    values.put("min_duration", 0.5);
    values.put("max_duration", 10.0);
    values.put("cond_width", 8);
    values.put("cond_depth", 2);
    values.put("cond_c_res", 1);
    values.put("n_vocab", 11);
    values.put("prime_width", 12);
    values.put("prime_depth", 3);
    values.put("prime_heads", 3);
    values.put("prime_attn_order", 2);
    return values;
  }

  private static long[] label(PriorConfig config, Random random) {
    int lyrics = config.lyrics() ? config.nTokens() : 0;
    long[] y = new long[4 + GENRES + lyrics];
    y[0] = 2000L + random.nextInt(4000);
    y[1] = random.nextInt(1500);
    y[2] = config.sampleLength();
    y[3] = random.nextInt(7);
    y[4] = random.nextInt(5);
    y[5] = -1;
    for (int i = 0; i < lyrics; i++) {
      y[4 + GENRES + i] = random.nextInt(config.nVocab());
    }
    return y;
  }

  private static int[] codes(Random random, int length, int bins) {
    return random.ints(length, 0, bins).toArray();
  }

  /** Loads it, and makes sure that the model asks for exactly these weights. */
  Prior load(Backend backend, DType storage) {
    try (WeightSource source = weights.source()) {
      WeightReader reader = new WeightReader(source);
      Prior prior = new Prior(backend, config, reader, storage);
      reader.finish();
      return prior;
    }
  }

  /** The conditioning of the whole batch. */
  Conditioning condition(Prior prior) {
    return prior.condition(y, above);
  }

  /** The first {@code count} codes of each item. */
  List<int[]> prompts(int count) {
    return codes.stream().map(item -> Arrays.copyOf(item, count)).toList();
  }

  /** The item numbers of the batch. */
  int[] items() {
    return new int[] {0, 1};
  }

  @Override
  public String toString() {
    return name;
  }
}
