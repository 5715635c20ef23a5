package dev.jukebox.core.runtime;

import dev.jukebox.compute.DType;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.KeyValueCacheSize;
import dev.jukebox.core.model.ParameterCount;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.error.InsufficientMemoryException;
import java.util.Locale;

/**
 * What one level of a run needs, from shapes alone, before anything is loaded.
 *
 * @param level the level
 * @param weightBytes the prior's weights
 * @param itemBytes caches, conditioning and activations of one item
 */
public record MemoryPlan(int level, long weightBytes, long itemBytes) {
  private static final double GIGABYTE = 1e9;
  private static final int FLOAT = DType.F32.byteSize();

  /**
   * The plan of a prior.
   *
   * @param vqvae hyperparameters of the VQ-VAE
   * @param storage the type in which linear weights are kept
   * @param cache the type in which keys and values are kept
   * @param chunkSize positions of a prompt that are computed at once
   */
  public static MemoryPlan of(
      PriorConfig config, Hyperparams vqvae, DType storage, DType cache, int chunkSize) {
    return new MemoryPlan(
        config.level(),
        weightBytes(config, ParameterCount.prior(config.hps(), vqvae), storage),
        KeyValueCacheSize.bytesPerSample(config.hps(), cache.byteSize())
            + workBytes(config, chunkSize));
  }

  /** Linear weights are stored in their type, all others in fp32; the head is a packed copy. */
  private static long weightBytes(PriorConfig config, long parameters, DType storage) {
    long linear =
        linears(config.transformer()) + config.lyricEncoder().map(MemoryPlan::linears).orElse(0L);
    long head = (long) config.bins() * config.width();
    long others = parameters - linear - (config.mergedDecoder() ? head : 0);
    return (linear + head) * storage.byteSize() + others * FLOAT;
  }

  private static long linears(TransformerConfig shape) {
    return shape.depth() * (long) shape.width() * (4L * shape.nState() + 2L * shape.mlpState());
  }

  private static long workBytes(PriorConfig config, int chunkSize) {
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

  /** Bytes for a batch. */
  public long bytes(int batch) {
    return weightBytes + batch * itemBytes;
  }

  /**
   * The largest batch, at most {@code wanted}, that fits.
   *
   * @param available bytes that are free or can be freed
   * @throws InsufficientMemoryException if not even one item fits
   */
  public int batchThatFits(int wanted, long available) {
    if (bytes(1) > available) {
      throw new InsufficientMemoryException(
          String.format(
              Locale.ROOT,
              "level %d needs %.2f GB of memory (%.2f GB of weights and %.2f GB an item), but %.2f"
                  + " GB are available: keep the weights as f16, bf16 or i8, or use a machine with"
                  + " more",
              level,
              bytes(1) / GIGABYTE,
              weightBytes / GIGABYTE,
              itemBytes / GIGABYTE,
              available / GIGABYTE));
    }
    return (int) Math.min(wanted, (available - weightBytes) / Math.max(1, itemBytes));
  }
}
