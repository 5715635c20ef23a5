package dev.jukebox.benchmarks;

import dev.jukebox.compute.DType;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.store.FileTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The size of a top-level prior without labels. */
record PriorShape(int width, int depth, int heads, int attnOrder, int blocks, int nCtx, int bins) {
  private static final float STD = 0.02f;
  private static final long SEED = 1;

  /** A prior of the same kinds of layers that plain Java runs in milliseconds. */
  PriorShape small() {
    int fewBlocks = Math.min(blocks, 4);
    return new PriorShape(
        Math.min(width, 32 * heads),
        Math.min(depth, 4),
        heads,
        attnOrder,
        fewBlocks,
        4 * fewBlocks,
        Math.min(bins, 64));
  }

  /** The shape as the model takes it. */
  PriorConfig config() {
    HyperparamSets sets = HyperparamSets.standard();
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("level", 2);
    own.put("labels", false);
    own.put("prior_width", width);
    own.put("prior_depth", depth);
    own.put("heads", heads);
    own.put("attn_order", attnOrder);
    own.put("blocks", blocks);
    own.put("n_ctx", nCtx);
    return PriorConfig.of(
        sets.resolve(List.of(), own),
        VqVaeConfig.of(sets.resolve(List.of("vqvae"), Map.of("l_bins", bins))));
  }

  /** Bytes of weights that every decode step reads: all matrices and the head. */
  long stepBytes(DType storage) {
    TransformerConfig shape = config().transformer();
    long layer = (long) width * (4L * shape.nState() + 2L * shape.mlpState());
    return (depth * layer + (long) width * bins) * storage.byteSize();
  }

  /** Random weights under the names of a released checkpoint. */
  WeightSource weights() {
    RandomTensors random = new RandomTensors(SEED);
    TransformerConfig shape = config().transformer();
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    tensors.put("prior.x_emb.weight", random.normal(0, STD, bins, width));
    tensors.put("prior.pos_emb.pos_emb", random.normal(0, STD, nCtx, width));
    tensors.put("prior.start_token", random.normal(0, STD, 1, width));
    for (int i = 0; i < depth; i++) {
      String layer = "prior.transformer._attn_mods." + i + ".";
      norm(tensors, layer + "ln_0", random);
      conv1d(tensors, layer + "attn.c_attn", random, width, 3L * shape.nState());
      conv1d(tensors, layer + "attn.c_proj", random, shape.nState(), width);
      norm(tensors, layer + "ln_1", random);
      conv1d(tensors, layer + "mlp.c_fc", random, width, shape.mlpState());
      conv1d(tensors, layer + "mlp.c_proj", random, shape.mlpState(), width);
    }
    return WeightSource.of("random weights", tensors);
  }

  private void norm(Map<String, FileTensor> tensors, String name, RandomTensors random) {
    tensors.put(name + ".weight", random.normal(1, STD, width));
    tensors.put(name + ".bias", random.normal(0, STD, width));
  }

  private static void conv1d(
      Map<String, FileTensor> tensors, String name, RandomTensors random, long in, long out) {
    tensors.put(name + ".w", random.normal(0, STD, in, out));
    tensors.put(name + ".b", random.normal(0, STD, out));
  }
}
