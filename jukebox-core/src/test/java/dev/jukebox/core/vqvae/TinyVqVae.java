package dev.jukebox.core.vqvae;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.util.List;
import java.util.Random;

/**
 * A small VQ-VAE with random weights.
 *
 * @param name what the case shows
 * @param config its shape
 * @param weights its weights
 */
record TinyVqVae(String name, VqVaeConfig config, RandomWeights weights) {

  /** One to three levels, strides 2, 4 and 6, dilations with and without cycles. */
  static List<TinyVqVae> all() {
    return List.of(
        of("one level", List.of(3), List.of(2), List.of(1), 3, 1.0, 3, 0, true),
        of("stride 6", List.of(2), List.of(6), List.of(2), 2, 0.5, 3, 3, true),
        of("strides 4 and 2", List.of(1, 2), List.of(4, 2), List.of(2, 1), 2, 1.0, 3, 3, true),
        of("forward", List.of(2, 1, 1), List.of(2, 4, 2), List.of(1, 1, 2), 2, 0.5, 2, 3, false),
        of("deep top", List.of(1, 1, 3), List.of(4, 2, 2), List.of(1, 2, 1), 3, 2.0, 3, 2, true));
  }

  private static TinyVqVae of(
      String name,
      List<Integer> downs,
      List<Integer> strides,
      List<Integer> multipliers,
      int depth,
      double mConv,
      int growth,
      int cycle,
      boolean reverse) {
    VqVaeConfig config =
        new VqVaeConfig(
            1000, downs, strides, 6, 20, 4, depth, multipliers, mConv, growth, cycle, reverse);
    RandomWeights weights = new RandomWeights(name.hashCode());
    TinyVqVae tiny = new TinyVqVae(name, config, weights);
    addConvolutions(weights, config);
    for (int level = 0; level < config.levels(); level++) {
      addCodebook(tiny, level);
    }
    return tiny;
  }

  /** Its vectors are outputs of the encoder, so that audio uses many of them. */
  private static void addCodebook(TinyVqVae tiny, int level) {
    VqVaeConfig config = tiny.config();
    float[] audio = audio(config.bins() * config.hop(level));
    double[][] vectors = new OracleVqVae(tiny).encode(audio, level);
    float[] codebook = new float[config.bins() * config.embWidth()];
    for (int i = 0; i < codebook.length; i++) {
      codebook[i] = (float) vectors[i / config.embWidth()][i % config.embWidth()];
    }
    tiny.weights()
        .put("bottleneck.level_blocks." + level + ".k", codebook, config.bins(), config.embWidth());
  }

  /** A tone in noise. */
  static float[] audio(int length) {
    Random random = new Random(length);
    float[] audio = new float[length];
    for (int t = 0; t < length; t++) {
      audio[t] = (float) (0.6 * Math.sin(0.21 * t) + 0.4 * (2 * random.nextDouble() - 1));
    }
    return audio;
  }

  private static void addConvolutions(RandomWeights weights, VqVaeConfig config) {
    for (int level = 0; level < config.levels(); level++) {
      int width = config.width() * config.multipliers().get(level);
      for (int block = 0; block <= level; block++) {
        addBlocks(weights, config, level, block, width);
      }
      weights.conv("decoders." + level + ".out", config.embWidth(), 1, 3);
    }
  }

  private static void addBlocks(
      RandomWeights weights, VqVaeConfig config, int level, int block, int width) {
    int down = config.downs().get(block);
    int kernel = 2 * config.strides().get(block);
    int emb = config.embWidth();
    String encoder = "encoders." + level + ".level_blocks." + block + ".model.";
    String decoder = "decoders." + level + ".level_blocks." + block + ".model.";
    for (int i = 0; i < down; i++) {
      weights.conv(encoder + i + ".0", i > 0 ? width : block == 0 ? 1 : emb, width, kernel);
      addResnet(weights, config, level, encoder + i + ".1");
      addResnet(weights, config, level, decoder + (i + 1) + ".0");
      weights.transposedConv(decoder + (i + 1) + ".1", width, i == down - 1 ? emb : width, kernel);
    }
    weights.conv(encoder + down, width, emb, 3);
    weights.conv(decoder + "0", emb, width, 3);
  }

  private static void addResnet(RandomWeights weights, VqVaeConfig config, int level, String name) {
    int width = config.width() * config.multipliers().get(level);
    int state = (int) (config.mConv() * width);
    for (int i = 0; i < config.depth() * config.multipliers().get(level); i++) {
      weights.conv(name + ".model." + i + ".model.1", width, state, 3);
      weights.conv(name + ".model." + i + ".model.3", state, width, 1);
    }
  }

  /** Loads it, and makes sure that the model asks for exactly these weights. */
  VqVae load(Backend backend, int pieceSamples) {
    try (WeightSource source = weights.source()) {
      WeightReader reader = new WeightReader(source);
      VqVae vqvae = new VqVae(backend, config, reader, pieceSamples);
      reader.finish();
      return vqvae;
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
