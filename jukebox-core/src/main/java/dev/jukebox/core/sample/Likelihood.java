package dev.jukebox.core.sample;

import dev.jukebox.core.labels.Label;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.error.InvalidInputException;
import java.util.List;

/**
 * How well a prior foretells codes that are known.
 *
 * <pre>{@code
 * double bits = new Likelihood(model, 128).bitsPerCode(codes, songs, 1);
 * }</pre>
 */
public final class Likelihood {
  private final LoadedModel model;
  private final int chunkSize;

  /**
   * Measures the priors of a model.
   *
   * @param chunkSize positions that are computed at once; changes memory and speed alone
   */
  public Likelihood(LoadedModel model, int chunkSize) {
    this.model = model;
    this.chunkSize = chunkSize;
  }

  /**
   * The mean of −log2 p(code) over all codes of a level, given the true codes before it in its
   * window, the true codes of the level above, and the songs' labels and lyrics. Windows follow
   * each other without overlap, but for the last one, which is moved back to end with the codes and
   * counts only what no window before it has.
   *
   * @param codes of this level and of the one above
   * @param songs what is said of each item
   * @throws InvalidInputException if the level has no prior, or there are no codes, or not one
   *     window of an upsampler
   */
  public double bitsPerCode(Codes codes, List<Metadata> songs, int level) {
    PriorConfig config = model.priorConfig(level);
    requireCodes(codes, songs, config);
    model.batchThatFits(level, 1, chunkSize);
    Prior prior = model.prior(level, 1, chunkSize);
    double sum = 0;
    for (int item = 0; item < codes.items(); item++) {
      sum += itemBits(prior, codes, item, model.labeller(level).label(songs.get(item)));
    }
    return sum / ((double) codes.items() * codes.length(level));
  }

  private void requireCodes(Codes codes, List<Metadata> songs, PriorConfig config) {
    int level = config.level();
    int levels = model.vqvae().config().levels();
    if (codes.levels() != levels || codes.items() != songs.size() || codes.items() == 0) {
      throw new InvalidInputException(
          "bits per code of a model of "
              + levels
              + " levels need codes of as many and a song for each item, but there are "
              + codes.levels()
              + " levels, "
              + codes.items()
              + " items and "
              + songs.size()
              + " songs");
    }
    int bins = model.vqvae().config().bins();
    codes.requireBelow(level, bins);
    int length = codes.length(level);
    if (length == 0) {
      throw new InvalidInputException(
          "bits per code of level " + level + " need its codes, but it has none");
    }
    if (config.isTop()) {
      return;
    }
    codes.requireBelow(level + 1, bins);
    int down = config.condDownsample();
    if (length < config.nCtx() || length % down != 0 || codes.length(level + 1) < length / down) {
      throw new InvalidInputException(
          "bits per code of level "
              + level
              + " need at least "
              + config.nCtx()
              + " codes and one of the level above for each "
              + down
              + ", but there are "
              + length
              + " and "
              + codes.length(level + 1));
    }
  }

  private double itemBits(Prior prior, Codes codes, int item, Label label) {
    PriorConfig config = prior.config();
    int level = config.level();
    Labeller labeller = model.labeller(level);
    int length = codes.length(level);
    int window = Math.min(config.nCtx(), length);
    double sum = 0;
    int counted = 0;
    for (int start : Windows.starts(length, window, window)) {
      long[] y = labeller.yAtStart(label, start, config.rawToTokens()).y();
      List<int[]> own = List.of(codes.span(level, start, start + window).get(item));
      try (Conditioning conditioning =
              prior.condition(List.of(y), above(config, codes, item, start));
          DecodeSession session = prior.open(conditioning)) {
        double[] bits = session.bits(own, chunkSize).get(0);
        for (int i = counted - start; i < window; i++) {
          sum += bits[i];
        }
      }
      counted = start + window;
    }
    return sum;
  }

  private static List<int[]> above(PriorConfig config, Codes codes, int item, int start) {
    if (config.isTop()) {
      return List.of();
    }
    int down = config.condDownsample();
    int from = start / down;
    return List.of(codes.span(config.level() + 1, from, from + config.nCtx() / down).get(item));
  }
}
