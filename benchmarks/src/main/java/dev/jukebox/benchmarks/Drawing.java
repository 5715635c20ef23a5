package dev.jukebox.benchmarks;

import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Draws with a prior, and the checks that two ways to the same codes agree. */
final class Drawing {
  private static final SamplerSettings SETTINGS = new SamplerSettings(0.99f, 0, 0);
  private static final long SEED = 4;
  private static final int STEPS = 4;
  private static final double TOLERANCE = 1e-4;

  /** Where caches are kept in half precision and plain Java keeps them in single. */
  private static final double HALF_TOLERANCE = 2e-2;

  private static final int SECONDS = 60;

  private Drawing() {}

  /** Draws one code for each item and waits for it. */
  static List<int[]> step(DecodeSession session, int[] items) {
    enqueue(session, items);
    return session.lastCodes(1);
  }

  /** Asks for one code for each item; a device may still be at it when this returns. */
  static void enqueue(DecodeSession session, int[] items) {
    session.step(SETTINGS, SEED, items, session.codeCount());
  }

  /** Conditioning of items: a song and lyrics of its own for each where the prior has labels. */
  static Conditioning condition(Prior prior, int[] items) {
    return prior.condition(
        IntStream.of(items).mapToObj(item -> labels(prior.config(), item)).toList(), List.of());
  }

  private static long[] labels(PriorConfig config, int item) {
    if (!config.labels()) {
      return new long[0];
    }
    long[] song = {
      (long) SECONDS * config.vqvae().sampleRate(), 0, config.sampleLength(), item + 1, 1 + item
    };
    int[] lyrics = Opened.codes(item, config.nTokens(), config.nVocab());
    return LongStream.concat(LongStream.of(song), IntStream.of(lyrics).asLongStream()).toArray();
  }

  /**
   * Throws unless steps, a prompt in chunks and an item alone give the same codes.
   *
   * @return the logits of the codes that were drawn
   */
  static List<float[]> requireConsistent(Prior prior, int batch) {
    int[] items = IntStream.range(0, batch).toArray();
    List<int[]> drawn = draw(prior, items, Collections.nCopies(batch, new int[0]), STEPS);
    requireSameAfterPrompts(prior, items, drawn);
    int[] alone = {batch - 1};
    Checks.requireSameCodes(
        drawn.subList(batch - 1, batch),
        draw(prior, alone, List.of(new int[0]), STEPS),
        "the last item alone");
    int bins = prior.config().bins();
    int[] all = drawn.stream().flatMapToInt(IntStream::of).toArray();
    Checks.requireCodes(all, bins, "drawn codes");
    List<float[]> logits = logits(prior, drawn);
    logits.forEach(values -> Checks.requireNumbers(values, "logits"));
    return logits;
  }

  /** Draws the last codes again after the others as prompts. */
  private static void requireSameAfterPrompts(Prior prior, int[] items, List<int[]> drawn) {
    List<int[]> prompts = drawn.stream().map(codes -> firstOf(codes, STEPS - 1)).toList();
    List<int[]> again = draw(prior, items, prompts, 1);
    // Code 0 may stand for a lyric token that a single-sequence model drew: no prompt can say it.
    List<Integer> told =
        IntStream.of(items)
            .filter(
                n ->
                    !prior.config().singleEncDec()
                        || IntStream.of(prompts.get(n)).allMatch(code -> code > 0))
            .boxed()
            .toList();
    Checks.requireSameCodes(
        told.stream().map(n -> new int[] {drawn.get(n)[STEPS - 1]}).toList(),
        told.stream().map(again::get).toList(),
        "a step after a prompt");
  }

  /**
   * Throws unless both priors, of the same weights, draw the same codes from close logits.
   *
   * @param sameCaches whether both keep keys and values in the same type; if not, codes may differ
   */
  static void requireAgreement(Prior expected, Prior actual, int batch, boolean sameCaches) {
    int[] items = IntStream.range(0, batch).toArray();
    List<int[]> empty = Collections.nCopies(batch, new int[0]);
    int steps = expected.config().nCtx();
    List<int[]> codes = draw(expected, items, empty, steps);
    if (sameCaches) {
      Checks.requireSameCodes(codes, draw(actual, items, empty, steps), "codes and those of java");
    }
    List<float[]> logits = logits(expected, codes);
    List<float[]> others = logits(actual, codes);
    for (int n = 0; n < batch; n++) {
      Checks.requireClose(
          logits.get(n),
          others.get(n),
          sameCaches ? TOLERANCE : HALF_TOLERANCE,
          "logits and those of java");
    }
  }

  private static List<int[]> draw(Prior prior, int[] items, List<int[]> prompts, int steps) {
    try (Conditioning conditioning = condition(prior, items);
        DecodeSession session = prior.open(conditioning)) {
      session.prefill(prompts, 2);
      for (int i = 0; i < steps; i++) {
        step(session, items);
      }
      return session.lastCodes(steps);
    }
  }

  private static List<float[]> logits(Prior prior, List<int[]> codes) {
    int[] items = IntStream.range(0, codes.size()).toArray();
    try (Conditioning conditioning = condition(prior, items);
        DecodeSession session = prior.open(conditioning)) {
      return session.logits(codes, 3);
    }
  }

  private static int[] firstOf(int[] codes, int count) {
    return IntStream.of(codes).limit(count).toArray();
  }
}
