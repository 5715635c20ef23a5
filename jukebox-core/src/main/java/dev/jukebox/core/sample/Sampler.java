package dev.jukebox.core.sample;

import dev.jukebox.core.labels.Label;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.labels.TimeBins;
import dev.jukebox.core.labels.TimeRanges;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.error.CancelledException;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Samples the levels of a model from the top down. The modes of the original differ in the codes
 * they begin with: none (ancestral), those of an earlier run (continue), those of an earlier run
 * with the top level left as it is (upsample), or those of a recording (primed).
 */
public final class Sampler {
  private final LoadedModel model;

  /** Samples from this model. */
  public Sampler(LoadedModel model) {
    this.model = model;
  }

  /**
   * Writes the codes of level {@code topLevel} and those below it, down to 0 or to the level above
   * the first one without a prior.
   *
   * @param codes what is there already, for every level; at levels above {@code topLevel} all of it
   * @param topLevel the first level to write: the model's top, or the one below to upsample
   * @return the codes of all levels
   */
  public Codes run(SampleSettings settings, Codes codes, int topLevel, SampleListener listener) {
    return run(settings, labels(settings, listener), codes, topLevel, listener);
  }

  /** As the other, with the labels of every item for every level already made. */
  Codes run(
      SampleSettings settings,
      List<List<Label>> labels,
      Codes codes,
      int topLevel,
      SampleListener listener) {
    LevelRange range = LevelRange.from(model, topLevel);
    check(settings, codes, range);
    checkTimes(settings, labels, topLevel);
    List<LevelSettings> fitting = fitting(settings, codes.items(), range);
    for (int level = topLevel; level >= range.last(); level--) {
      model.check(level);
    }
    int top = vqvae().levels() - 1;
    boolean aligned = model.hasPrior(top) && LyricAlignment.isKnown(model.priorConfig(top));
    if (aligned) {
      LyricAlignment.check(model.priorConfig(top));
      model.check(top);
      model.batchThatFits(top, 1, settings.levels().get(top).chunkSize());
    }
    List<float[][]> alignments = List.of();
    Codes written = codes;
    for (int level = topLevel; level >= range.last(); level--) {
      int length = Math.toIntExact(settings.sampleLength() / vqvae().hop(level));
      written =
          new LevelSampler(
                  model.prior(
                      level, fitting.get(level).maxBatchSize(), fitting.get(level).chunkSize()),
                  model.labeller(level),
                  labels.get(level),
                  fitting.get(level),
                  settings.seed(),
                  listener)
              .sample(written, length);
      listener.levelDrawn(written);
      List<float[]> audio = decode(written, level, listener);
      if (level == topLevel && aligned) {
        alignments = align(written, labels, settings, listener);
      }
      listener.levelFinished(new LevelResult(level, written, audio, labels, alignments, settings));
    }
    return written;
  }

  /** The settings with every batch small enough for the memory there is. */
  private List<LevelSettings> fitting(SampleSettings settings, int items, LevelRange range) {
    List<LevelSettings> fitting = new ArrayList<>();
    for (int level = 0; level < settings.levels().size(); level++) {
      LevelSettings given = settings.levels().get(level);
      int wanted = Math.min(items, given.maxBatchSize());
      fitting.add(
          range.contains(level)
              ? given.withMaxBatchSize(model.batchThatFits(level, wanted, given.chunkSize()))
              : given);
    }
    return fitting;
  }

  /** Labels of every item for every level; what is unknown to the model becomes a warning. */
  private List<List<Label>> labels(SampleSettings settings, SampleListener listener) {
    List<List<Label>> labels = new ArrayList<>();
    Set<String> warnings = new LinkedHashSet<>();
    for (int level = 0; level < vqvae().levels(); level++) {
      List<Label> items = new ArrayList<>();
      for (Metadata meta : settings.metas()) {
        Label label = model.labeller(level).label(meta);
        warnings.addAll(label.warnings());
        items.add(label);
      }
      labels.add(items);
    }
    warnings.forEach(listener::warning);
    return labels;
  }

  private List<float[]> decode(Codes codes, int level, SampleListener listener) {
    List<float[]> audio = new ArrayList<>();
    for (int item = 0; item < codes.items(); item++) {
      requireGoingOn("decoding level " + level, codes, listener);
      audio.add(model.vqvae().decode(codes.item(level, item), level));
    }
    return audio;
  }

  /** Only as much of the top level as is sampled: codes of an earlier run can be longer. */
  private List<float[][]> align(
      Codes codes, List<List<Label>> labels, SampleSettings settings, SampleListener listener) {
    int top = vqvae().levels() - 1;
    LevelSettings level = settings.levels().get(top);
    int length = Math.toIntExact(settings.sampleLength() / vqvae().topHop());
    LyricAlignment alignment =
        new LyricAlignment(model.prior(top, 1, level.chunkSize()), model.labeller(top), level);
    List<float[][]> alignments = new ArrayList<>();
    for (int item = 0; item < codes.items(); item++) {
      int[] own = codes.span(top, 0, length).get(item);
      alignments.add(
          alignment.align(
              own,
              labels.get(top).get(item),
              () -> requireGoingOn("aligning the lyrics", codes, listener)));
    }
    return alignments;
  }

  private static void requireGoingOn(String what, Codes codes, SampleListener listener) {
    if (listener.isCancelled()) {
      listener.cancelled(codes);
      throw new CancelledException(what + " was stopped; all codes drawn so far are kept");
    }
  }

  private VqVaeConfig vqvae() {
    return model.vqvae().config();
  }

  private void check(SampleSettings settings, Codes codes, LevelRange range) {
    VqVaeConfig config = vqvae();
    int levels = config.levels();
    if (settings.levels().size() != levels || codes.levels() != levels) {
      throw new InvalidInputException(
          "the model has "
              + levels
              + " levels, but there are settings for "
              + settings.levels().size()
              + " and codes of "
              + codes.levels());
    }
    if (settings.metas().size() != codes.items() || settings.metas().isEmpty()) {
      throw new InvalidInputException(
          settings.metas().size()
              + " items are described, but there are codes of "
              + codes.items());
    }
    if (settings.sampleLength() < 1 || settings.sampleLength() % config.topHop() != 0) {
      throw new InvalidInputException(
          "sample length "
              + settings.sampleLength()
              + " is not a positive multiple of "
              + config.topHop()
              + " samples");
    }
    for (int level = range.last(); level <= range.first() && level < levels - 1; level++) {
      PriorConfig prior = model.priorConfig(level);
      if (settings.sampleLength() < prior.sampleLength()) {
        throw new InvalidInputException(
            "a sample of "
                + seconds(settings.sampleLength())
                + " s is too short for the upsampler"
                + " of level "
                + level
                + ", which needs at least one window of "
                + seconds(prior.sampleLength())
                + " s: choose a longer sample");
      }
    }
    for (int level = range.last(); level <= range.first(); level++) {
      PriorConfig prior = model.priorConfig(level);
      if (settings.sampleLength() > prior.sampleLength()) {
        checkHop(prior, settings.levels().get(level).hopFraction());
      }
    }
    for (int level = 0; level < levels; level++) {
      long length = settings.sampleLength() / config.hop(level);
      if (level <= range.first() && codes.length(level) > length) {
        throw new InvalidInputException(
            "the codes given at level "
                + level
                + " last "
                + seconds((long) codes.length(level) * config.hop(level))
                + " s, longer than the sample of "
                + seconds(settings.sampleLength())
                + " s");
      }
      if (level > range.first() && codes.length(level) < length) {
        throw new InvalidInputException(
            "upsampling "
                + seconds(settings.sampleLength())
                + " s needs that much at level "
                + level
                + ", but its codes last "
                + seconds((long) codes.length(level) * config.hop(level))
                + " s");
      }
      codes.requireBelow(level, config.bins());
    }
  }

  /** A window of an upsampler has to begin with a code of the level above. */
  private static void checkHop(PriorConfig prior, double fraction) {
    int hop = (int) (fraction * prior.nCtx());
    int step = prior.isTop() ? 1 : prior.condDownsample();
    if (hop < 1 || hop % step != 0) {
      int nearest = Math.max(1, Math.round(hop / (float) step)) * step;
      throw new InvalidInputException(
          "hop_fraction "
              + fraction
              + " of level "
              + prior.level()
              + " is a hop of "
              + hop
              + " codes, which is no positive multiple of "
              + step
              + ": the nearest fraction that fits is "
              + nearest / (double) prior.nCtx());
    }
  }

  /** Refuses now a window whose time signal would only be refused when sampling gets there. */
  private void checkTimes(SampleSettings settings, List<List<Label>> labels, int topLevel) {
    int topmost = vqvae().levels() - 1;
    if (!model.hasPrior(topmost)) {
      return;
    }
    PriorConfig top = model.priorConfig(topmost);
    if (!top.labels() || (topLevel != top.level() && !LyricAlignment.isKnown(top))) {
      return;
    }
    int length = Math.toIntExact(settings.sampleLength() / top.rawToTokens());
    int last = Math.max(0, length - top.nCtx());
    for (Label label : labels.get(top.level())) {
      for (int start : new int[] {0, last}) {
        TimeBins.of(
            model.labeller(top.level()).yAtStart(label, start, top.rawToTokens()).y(),
            TimeRanges.of(top.hps()),
            Math.min(length, top.nCtx()),
            top.hps().intOf("t_bins"));
      }
    }
  }

  private String seconds(long samples) {
    return String.format(Locale.ROOT, "%.2f", samples / (double) vqvae().sampleRate());
  }
}
