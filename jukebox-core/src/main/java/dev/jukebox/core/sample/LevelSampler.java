package dev.jukebox.core.sample;

import dev.jukebox.core.labels.Label;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.error.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Writes the codes of one level, window by window. */
final class LevelSampler {
  /** Codes an item that a device may be asked for before the first of them is drawn. */
  private static final int RUN_AHEAD = 32;

  private final Prior prior;
  private final Labeller labeller;
  private final List<Label> labels;
  private final LevelSettings settings;
  private final long seed;
  private final SampleListener listener;
  private long drawnBefore;
  private long drawn;
  private long total;

  LevelSampler(
      Prior prior,
      Labeller labeller,
      List<Label> labels,
      LevelSettings settings,
      long seed,
      SampleListener listener) {
    this.prior = prior;
    this.labeller = labeller;
    this.labels = labels;
    this.settings = settings;
    this.seed = seed;
    this.listener = listener;
  }

  /** The codes with this level written up to {@code length}. */
  Codes sample(Codes codes, int length) {
    PriorConfig config = prior.config();
    int level = config.level();
    total = (long) Math.max(0, length - codes.length(level)) * codes.items();
    listener.progress(level, 0, total);
    Codes written = codes;
    if (length < config.nCtx()) {
      return window(written, 0, length);
    }
    int hop = (int) (settings.hopFraction() * config.nCtx());
    for (int start : Windows.starts(length, config.nCtx(), hop)) {
      written = window(written, start, start + config.nCtx());
    }
    return written;
  }

  /** Writes what is missing of [start, end), with the codes from start on as the prompt. */
  private Codes window(Codes codes, int start, int end) {
    int level = prior.config().level();
    int missing = end - Math.max(start, codes.length(level));
    if (missing <= 0) {
      return codes;
    }
    List<int[]> drawnCodes = new ArrayList<>();
    for (int from = 0; from < codes.items(); from += settings.maxBatchSize()) {
      int to = Math.min(codes.items(), from + settings.maxBatchSize());
      drawnCodes.addAll(batch(codes, start, missing, from, to));
    }
    Codes written = codes.append(level, drawnCodes);
    listener.windowFinished(written);
    return written;
  }

  private List<int[]> batch(Codes codes, int start, int missing, int from, int to) {
    PriorConfig config = prior.config();
    List<long[]> y =
        labels.subList(from, to).stream()
            .map(label -> labeller.yAtStart(label, start, config.rawToTokens()).y())
            .toList();
    List<int[]> prompt = codes.span(config.level(), start, start + config.nCtx()).subList(from, to);
    int[] items = IntStream.range(from, to).toArray();
    int promptLength = prompt.get(0).length;
    try (Conditioning conditioning = prior.condition(y, above(codes, start, from, to));
        DecodeSession session = prior.open(conditioning)) {
      session.prefill(prompt, settings.chunkSize());
      for (int i = 0; i < missing; i++) {
        if (listener.isCancelled()) {
          throw cancel(session, codes, items, i);
        }
        session.step(settings.sampler(), seed, items, (long) start + promptLength + i);
        session.await(i + 1L - RUN_AHEAD);
        report(session.ended(), items.length);
      }
      session.await(missing);
      report(missing, items.length);
      drawnBefore += (long) missing * items.length;
      return session.lastCodes(missing);
    }
  }

  /** Tells the listener how far the batch is, if it has come further. */
  private void report(long ended, int items) {
    if (drawnBefore + ended * items > drawn) {
      drawn = drawnBefore + ended * items;
      listener.progress(prior.config().level(), drawn, total);
    }
  }

  private CancelledException cancel(DecodeSession session, Codes codes, int[] items, int steps) {
    int level = prior.config().level();
    boolean wholeBatch = items.length == codes.items();
    listener.cancelled(wholeBatch ? codes.append(level, session.lastCodes(steps)) : codes);
    return new CancelledException(
        "sampling of level "
            + level
            + " was stopped after "
            + (drawnBefore + (long) steps * items.length)
            + " of "
            + total
            + " codes");
  }

  private List<int[]> above(Codes codes, int start, int from, int to) {
    PriorConfig config = prior.config();
    if (config.isTop()) {
      return List.of();
    }
    int down = config.condDownsample();
    return codes
        .span(config.level() + 1, start / down, (start + config.nCtx()) / down)
        .subList(from, to);
  }
}
