package dev.jukebox.core.prior;

import dev.jukebox.core.nn.ResnetConfig;
import dev.jukebox.core.vqvae.RandomWeights;

/** Draws every weight that a checkpoint of a prior has. */
final class TinyPriorWeights {
  private final RandomWeights weights;

  private TinyPriorWeights(RandomWeights weights) {
    this.weights = weights;
  }

  static RandomWeights of(PriorConfig config, long seed) {
    RandomWeights weights = new RandomWeights(seed);
    new TinyPriorWeights(weights).add(config);
    return weights;
  }

  private void add(PriorConfig config) {
    int width = config.width();
    TransformerConfig shape = config.transformer();
    tokens("prior", config.bins(), shape.nCtx(), width);
    if (config.mergedDecoder()) {
      weights.normal("prior.x_out.weight", 0, 1, config.bins(), width);
    }
    if (!config.labels()) {
      weights.normal("prior.start_token", 0, 1, 1, width);
    }
    transformer("prior.transformer", config, shape);
    if (config.labels()) {
      weights.normal("y_emb.bow_genre_emb.emb.weight", 0, 1, config.yBins().get(0), width);
      weights.normal("y_emb.artist_emb.emb.weight", 0, 1, config.yBins().get(1), width);
      if (config.isTop()) {
        for (String time : new String[] {"total_length", "absolute_pos", "relative_pos"}) {
          int bins = config.hps().intOf("t_bins");
          weights.normal("y_emb." + time + "_emb.emb.weight", 0, 0.5, bins, width);
        }
      }
    }
    if (!config.isTop()) {
      conditioner(config);
    }
    config.lyricEncoder().ifPresent(encoder -> lyricEncoder(config, encoder));
  }

  private void tokens(String name, int bins, int length, int width) {
    weights.normal(name + ".x_emb.weight", 0, 1, bins, width);
    weights.normal(name + ".pos_emb.pos_emb", 0, 0.5, length, width);
  }

  private void transformer(String name, PriorConfig config, TransformerConfig shape) {
    int width = shape.width();
    int state = shape.nState();
    for (int layer = 0; layer < shape.depth(); layer++) {
      String own = name + "._attn_mods." + layer;
      boolean encoder = shape.patterns().get(layer).attnFunc() == 6;
      weights.layerNorm(own + ".ln_0", width);
      weights.linear(own + ".attn.c_attn", width, encoder ? state : 3 * state, 1.5);
      if (encoder) {
        weights.linear(own + ".attn.c_enc_kv", config.width(), 2 * state, 1.5);
      }
      weights.linear(own + ".attn.c_proj", state, width, 1);
      weights.layerNorm(own + ".ln_1", width);
      weights.linear(own + ".mlp.c_fc", width, shape.mlpState(), 1);
      weights.linear(own + ".mlp.c_proj", shape.mlpState(), width, 0.5);
    }
  }

  private void conditioner(PriorConfig config) {
    int width = config.width();
    int above = config.level() + 1;
    int stride = config.vqvae().strides().get(above);
    ResnetConfig resnet = config.conditioner();
    String name = "conditioner_blocks.0";
    weights.normal(name + ".x_emb.weight", 0, 1, config.vqvae().bins(), width);
    weights.conv(name + ".cond.model.0", width, resnet.width(), 3);
    int steps = config.vqvae().downs().get(above);
    for (int i = 1; i <= steps; i++) {
      for (int r = 0; r < resnet.depth(); r++) {
        String block = name + ".cond.model." + i + ".0." + resnet.names() + "." + r + ".model.";
        int state = (int) (resnet.mConv() * resnet.width());
        weights.conv(block + "1", resnet.width(), state, 3);
        weights.conv(block + "3", state, resnet.width(), 1);
      }
      int out = i == steps ? width : resnet.width();
      weights.transposedConv(name + ".cond.model." + i + ".1", resnet.width(), out, 2 * stride);
    }
    weights.layerNorm(name + ".ln", width);
  }

  private void lyricEncoder(PriorConfig config, TransformerConfig encoder) {
    tokens("prime_prior", config.nVocab(), config.nTokens(), encoder.width());
    weights.normal("prime_prior.start_token", 0, 1, 1, encoder.width());
    transformer("prime_prior.transformer", config, encoder);
    weights.linear("prime_state_proj", encoder.width(), config.width(), 1);
    weights.layerNorm("prime_state_ln", config.width());
    weights.normal("prime_x_out.weight", 0, 1, config.nVocab(), config.width());
  }
}
