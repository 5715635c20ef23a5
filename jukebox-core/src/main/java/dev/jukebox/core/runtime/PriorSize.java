package dev.jukebox.core.runtime;

import dev.jukebox.compute.DType;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;

/** How much memory a prior takes, from its shape alone. */
public final class PriorSize {
  private static final int FLOAT = DType.F32.byteSize();

  private PriorSize() {}

  /** Bytes of the weights, with linear weights kept in {@code storage}. */
  public static long bytes(PriorConfig config, DType storage) {
    TransformerConfig shape = config.transformer();
    long width = shape.width();
    long linear = linears(shape) + width * config.bins();
    long tables = (config.bins() + (long) shape.nCtx()) * width;
    if (config.labels()) {
      tables += (config.yBins().get(0) + config.yBins().get(1)) * width;
      tables += 3L * config.hps().intOf("t_bins") * width;
    }
    linear += config.lyricEncoder().map(PriorSize::linears).orElse(0L);
    return linear * storage.byteSize() + (tables + conditioner(config)) * FLOAT;
  }

  private static long linears(TransformerConfig shape) {
    long width = shape.width();
    long state = shape.nState();
    return shape.depth() * width * (4 * state + 2L * shape.mlpState());
  }

  private static long conditioner(PriorConfig config) {
    if (config.isTop()) {
      return 0;
    }
    long channels = config.conditioner().width();
    long state = (long) (config.conditioner().mConv() * channels);
    int ups = config.vqvae().downs().get(config.level() + 1);
    long kernel = 2L * config.vqvae().strides().get(config.level() + 1);
    long resnet = config.conditioner().depth() * 4 * channels * state;
    long up = (ups - 1) * kernel * channels * channels + kernel * channels * config.width();
    return (long) config.vqvae().bins() * config.width()
        + 3L * config.width() * channels
        + ups * resnet
        + up;
  }

  /** Bytes of the key/value caches of one item. */
  public static long cacheBytes(PriorConfig config) {
    TransformerConfig shape = config.transformer();
    long rows = 0;
    for (int layer = 0; layer < shape.depth(); layer++) {
      rows += shape.attention(layer).cacheSlots();
    }
    return 2 * rows * shape.nState() * FLOAT;
  }

  /** Bytes of the conditioning and activations of one item, with prompts in chunks. */
  public static long workBytes(PriorConfig config, int chunkSize) {
    TransformerConfig shape = config.transformer();
    long conditioning = (long) shape.nCtx() * shape.width() * (config.singleEncDec() ? 2 : 1);
    long activations =
        (long) chunkSize * (3L * shape.width() + 4L * shape.nState() + shape.mlpState());
    long upsampling =
        config.isTop()
            ? 0
            : (long) config.nCtx() * (config.width() + 2L * config.conditioner().width());
    return (conditioning + activations + upsampling) * FLOAT;
  }
}
