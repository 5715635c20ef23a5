package dev.jukebox.core.prior;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.nn.WeightScope;
import java.util.ArrayList;
import java.util.List;

/** The weights of a stack of pre-norm attention and MLP layers. */
final class Transformer {
  private final Backend backend;
  private final TransformerConfig config;
  private final DType storage;
  private final List<TransformerLayer> layers = new ArrayList<>();

  Transformer(WeightScope scope, TransformerConfig config) {
    this.backend = scope.backend();
    this.config = config;
    this.storage = scope.storage();
    for (int i = 0; i < config.depth(); i++) {
      layers.add(new TransformerLayer(scope.sub("_attn_mods." + i), config, i));
    }
  }

  Backend backend() {
    return backend;
  }

  TransformerConfig config() {
    return config;
  }

  /** The type in which the linear weights are kept. */
  DType storage() {
    return storage;
  }

  List<TransformerLayer> layers() {
    return layers;
  }
}
