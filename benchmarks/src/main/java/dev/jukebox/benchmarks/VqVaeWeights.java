package dev.jukebox.benchmarks;

import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.store.FileTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Random weights of a VQ-VAE under the names of a released checkpoint. */
final class VqVaeWeights {
  private static final long SEED = 2;

  private final VqVaeConfig config;
  private final RandomTensors random = new RandomTensors(SEED);
  private final Map<String, FileTensor> tensors = new LinkedHashMap<>();

  private VqVaeWeights(VqVaeConfig config) {
    this.config = config;
  }

  static WeightSource of(VqVaeConfig config) {
    VqVaeWeights weights = new VqVaeWeights(config);
    for (int level = 0; level < config.levels(); level++) {
      weights.addLevel(level);
    }
    return WeightSource.of("random weights", weights.tensors);
  }

  private void addLevel(int level) {
    int embWidth = config.embWidth();
    int width = config.width() * config.multipliers().get(level);
    int depth = config.depth() * config.multipliers().get(level);
    for (int block = 0; block <= level; block++) {
      int downs = config.downs().get(block);
      int kernel = 2 * config.strides().get(block);
      String encoder = "encoders." + level + ".level_blocks." + block + ".model.";
      for (int i = 0; i < downs; i++) {
        int in = i > 0 ? width : block > 0 ? embWidth : 1;
        conv(encoder + i + ".0", in, width, kernel);
        resnet(encoder + i + ".1.model.", width, depth);
      }
      conv(encoder + downs, width, embWidth, 3);
      String decoder = "decoders." + level + ".level_blocks." + block + ".model.";
      conv(decoder + 0, embWidth, width, 3);
      for (int i = 1; i <= downs; i++) {
        resnet(decoder + i + ".0.model.", width, depth);
        transposed(decoder + i + ".1", width, i == downs ? embWidth : width, kernel);
      }
    }
    conv("decoders." + level + ".out", embWidth, 1, 3);
    tensors.put(
        "bottleneck.level_blocks." + level + ".k", random.normal(0, 1, config.bins(), embWidth));
  }

  private void resnet(String name, int width, int depth) {
    int state = (int) (config.mConv() * width);
    for (int i = 0; i < depth; i++) {
      conv(name + i + ".model.1", width, state, 3);
      conv(name + i + ".model.3", state, width, 1);
    }
  }

  private void conv(String name, int in, int out, int kernel) {
    add(name, (float) Math.sqrt(1.0 / (in * kernel)), out, out, in, kernel);
  }

  /** Every output has two of the kernel's taps. */
  private void transposed(String name, int in, int out, int kernel) {
    add(name, (float) Math.sqrt(1.0 / (2 * in)), out, in, out, kernel);
  }

  private void add(String name, float std, int out, long... shape) {
    tensors.put(name + ".weight", random.normal(0, std, shape));
    tensors.put(name + ".bias", random.normal(0, 0.1f, out));
  }
}
