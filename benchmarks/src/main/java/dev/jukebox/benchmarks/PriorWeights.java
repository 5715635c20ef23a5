package dev.jukebox.benchmarks;

import dev.jukebox.core.nn.ResnetConfig;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.store.FileTensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Random weights of a prior under the names of a released checkpoint. */
final class PriorWeights {
  private static final float STD = 0.02f;
  private static final int FIRST = 0;

  /** Shapes and means to tensors that several names share. */
  private record Kind(String role, long first, long second) {}

  private final PriorConfig config;
  private final RandomTensors random;
  private final boolean shared;
  private final Map<Kind, FileTensor> kinds = new HashMap<>();
  private final Map<String, FileTensor> tensors = new LinkedHashMap<>();

  private PriorWeights(PriorConfig config, RandomTensors random, boolean shared) {
    this.config = config;
    this.random = random;
    this.shared = shared;
  }

  /** All different. */
  static WeightSource of(PriorConfig config, RandomTensors random) {
    return WeightSource.of("random weights", new PriorWeights(config, random, false).all());
  }

  /** The layers alike, so that a file of them is small: it holds each tensor once. */
  static Map<String, FileTensor> alike(PriorConfig config, RandomTensors random) {
    return new PriorWeights(config, random, true).all();
  }

  private Map<String, FileTensor> all() {
    TransformerConfig shape = config.transformer();
    int width = config.width();
    table("prior.x_emb.weight", config.bins(), width);
    table("prior.pos_emb.pos_emb", shape.nCtx(), width);
    if (!config.labels()) {
      table("prior.start_token", 1, width);
    }
    if (config.mergedDecoder()) {
      table("prior.x_out.weight", config.bins(), width);
    }
    for (int i = 0; i < shape.depth(); i++) {
      addLayer("prior.transformer._attn_mods." + i + ".", shape);
    }
    if (config.labels()) {
      addLabels(width);
    }
    if (!config.isTop()) {
      addConditioner(width);
    }
    return tensors;
  }

  private void addLayer(String layer, TransformerConfig shape) {
    norm(layer + "ln_0", shape.width());
    conv1d(layer + "attn.c_attn", "matrix", STD, shape.width(), 3L * shape.nState());
    projection(layer + "attn.c_proj", shape, shape.nState());
    norm(layer + "ln_1", shape.width());
    conv1d(layer + "mlp.c_fc", "matrix", STD, shape.width(), shape.mlpState());
    projection(layer + "mlp.c_proj", shape, shape.mlpState());
  }

  /** Small where layers are many, so that their sum stays small and codes are drawn at random. */
  private void projection(String name, TransformerConfig shape, long in) {
    float std = STD / (float) Math.sqrt(2.0 * shape.depth());
    conv1d(name, "projection", std, in, shape.width());
  }

  private void addLabels(int width) {
    table("y_emb.bow_genre_emb.emb.weight", config.yBins().get(FIRST), width);
    table("y_emb.artist_emb.emb.weight", config.yBins().get(1), width);
    if (config.isTop()) {
      int bins = config.hps().intOf("t_bins");
      table("y_emb.total_length_emb.emb.weight", bins, width);
      table("y_emb.absolute_pos_emb.emb.weight", bins, width);
      table("y_emb.relative_pos_emb.emb.weight", bins, width);
    }
  }

  private void addConditioner(int width) {
    ResnetConfig resnet = config.conditioner();
    int ups = config.vqvae().downs().get(config.level() + 1);
    int kernel = 2 * config.vqvae().strides().get(config.level() + 1);
    int state = (int) (resnet.mConv() * resnet.width());
    String model = "conditioner_blocks.0.cond.model.";
    table("conditioner_blocks.0.x_emb.weight", config.vqvae().bins(), width);
    conv(model + FIRST, resnet.width(), width, 3, resnet.width());
    for (int i = 1; i <= ups; i++) {
      for (int block = 0; block < resnet.depth(); block++) {
        String name = model + i + ".0." + resnet.names() + "." + block + ".model.";
        conv(name + 1, state, resnet.width(), 3, state);
        conv(name + 3, resnet.width(), state, 1, resnet.width());
      }
      int out = i == ups ? width : resnet.width();
      conv(model + i + ".1", resnet.width(), out, kernel, out);
    }
    norm("conditioner_blocks.0.ln", width);
  }

  private void conv(String name, long first, long second, long kernel, long bias) {
    // Small, so that many residual blocks stay finite.
    tensors.put(
        name + ".weight",
        one(new Kind("kernel " + kernel, first, second), 0, STD, first, second, kernel));
    tensors.put(name + ".bias", one(new Kind("bias", bias, 1), 0, STD, bias));
  }

  private void norm(String name, long width) {
    tensors.put(name + ".weight", one(new Kind("gain", width, 1), 1, STD, width));
    tensors.put(name + ".bias", one(new Kind("bias", width, 1), 0, STD, width));
  }

  private void conv1d(String name, String role, float std, long in, long out) {
    tensors.put(name + ".w", one(new Kind(role, in, out), 0, std, in, out));
    tensors.put(name + ".b", one(new Kind("bias", out, 1), 0, STD, out));
  }

  private void table(String name, long rows, long width) {
    tensors.put(name, random.normal(0, STD, rows, width));
  }

  private FileTensor one(Kind kind, float mean, float std, long... shape) {
    return shared
        ? kinds.computeIfAbsent(kind, unused -> random.normal(mean, std, shape))
        : random.normal(mean, std, shape);
  }
}
