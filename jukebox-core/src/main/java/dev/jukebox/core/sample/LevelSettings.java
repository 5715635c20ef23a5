package dev.jukebox.core.sample;

import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.error.InvalidInputException;

/**
 * How one level is sampled.
 *
 * @param sampler temperature and filter
 * @param hopFraction codes between windows as a fraction of n_ctx, in (0, 1]
 * @param chunkSize positions of a prompt that are computed at once; changes memory and speed alone
 * @param maxBatchSize items that are computed at once; changes memory and speed alone
 */
public record LevelSettings(
    SamplerSettings sampler, double hopFraction, int chunkSize, int maxBatchSize) {

  public LevelSettings {
    if (!(hopFraction > 0 && hopFraction <= 1)) {
      throw new InvalidInputException(
          "hop_fraction is " + hopFraction + ", expected a number above 0, at most 1");
    }
    if (chunkSize < 1) {
      throw new InvalidInputException("chunk_size is " + chunkSize + ", expected at least 1");
    }
    if (maxBatchSize < 1) {
      throw new InvalidInputException(
          "max_batch_size is " + maxBatchSize + ", expected at least 1");
    }
  }

  LevelSettings withMaxBatchSize(int size) {
    return new LevelSettings(sampler, hopFraction, chunkSize, size);
  }
}
