package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.Relative;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every attn_order that can be sampled against {@link OraclePrior}, on every backend. */
class AttnOrderOracleTest {
  private static final double TOLERANCE = 1e-4;
  private static final SamplerSettings GREEDY = new SamplerSettings(0.99f, 1, 0);

  static Stream<Arguments> cases() {
    return GoldenBackends.names()
        .flatMap(backend -> TinyPriors.all().stream().map(prior -> Arguments.of(backend, prior)));
  }

  static List<TinyPrior> priors() {
    return TinyPriors.all();
  }

  @Test
  void everyOrderThatCanBeSampledIsThere() {
    Set<Integer> orders = new TreeSet<>();
    for (TinyPrior prior : TinyPriors.all()) {
      int order = prior.config().hps().intOf("attn_order");
      int depth = prior.config().transformer().depth();
      orders.add(order);
      assertEquals(
          kinds(order, IntStream.range(0, 79 * 48)),
          kinds(order, IntStream.range(0, depth)),
          prior.name() + ": layer kinds");
    }
    assertEquals(new TreeSet<>(List.of(0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12)), orders);
  }

  private static Set<Integer> kinds(int order, IntStream layers) {
    return new TreeSet<>(layers.map(layer -> OracleMasks.attnFunc(order, layer)).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreTheOraclesInChunksOfAnySize(String backendName, TinyPrior tiny) {
    try (Backend backend = GoldenBackends.open(backendName);
        Prior prior = tiny.load(backend, DType.F32);
        Conditioning conditioning = tiny.condition(prior)) {
      TransformerConfig shape = tiny.config().transformer();
      int block = shape.nCtx() / shape.blocks();
      List<float[]> whole = logits(prior, conditioning, tiny, shape.nCtx());
      OraclePrior oracle = new OraclePrior(tiny, DType.F32);
      for (int item = 0; item < conditioning.batch(); item++) {
        OraclePrior.Given given = oracle.given(backend, conditioning, item);
        double[][] expected = oracle.logits(given, oracle.tokens(given, tiny.codes().get(item)));
        Relative.assertClose(
            flat(expected), whole.get(item), TOLERANCE, tiny + " logits of item " + item);
      }
      for (int chunk : new int[] {1, block - 1, block + 2, 2 * block + 1}) {
        List<float[]> again = logits(prior, conditioning, tiny, Math.max(1, chunk));
        for (int item = 0; item < again.size(); item++) {
          assertArrayEquals(
              whole.get(item), again.get(item), tiny + ": item " + item + ", chunks of " + chunk);
        }
      }
    }
  }

  private static List<float[]> logits(
      Prior prior, Conditioning conditioning, TinyPrior tiny, int chunk) {
    try (DecodeSession session = prior.open(conditioning)) {
      return session.logits(tiny.codes(), chunk);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void greedyCodesAreTheOraclesFromAnyPrompt(String backendName, TinyPrior tiny) {
    try (Backend backend = GoldenBackends.open(backendName);
        Prior prior = tiny.load(backend, DType.F32);
        Conditioning conditioning = tiny.condition(prior)) {
      int nCtx = tiny.config().nCtx();
      OraclePrior oracle = new OraclePrior(tiny, DType.F32);
      int clear = 0;
      int[] promptLengths = {0, nCtx / 2 + 1};
      for (int promptLength : promptLengths) {
        List<int[]> drawn;
        try (DecodeSession session = prior.open(conditioning)) {
          session.prefill(tiny.prompts(promptLength), 5);
          for (int i = promptLength; i < nCtx; i++) {
            session.step(GREEDY, 7, tiny.items(), i);
          }
          drawn = session.lastCodes(nCtx - promptLength);
        }
        for (int item = 0; item < conditioning.batch(); item++) {
          OraclePrior.Given given = oracle.given(backend, conditioning, item);
          int[] prompt = oracle.tokens(given, tiny.prompts(promptLength).get(item));
          clear += assertGreedy(oracle, given, prompt, drawn.get(item), tiny + " item " + item);
        }
      }
      int draws = conditioning.batch() * (2 * nCtx - promptLengths[1]);
      assertTrue(clear > draws * 9 / 10, tiny + ": " + clear + " clear of " + draws);
    }
  }

  /**
   * Replays drawn codes: each must be the oracle's most likely one, or as good within the
   * tolerance. The number of those that have no rival.
   */
  private static int assertGreedy(
      OraclePrior oracle, OraclePrior.Given given, int[] prompt, int[] drawn, String message) {
    int shift = oracle.shift(given);
    int[] tokens = Arrays.copyOf(prompt, prompt.length + drawn.length);
    for (int i = 0; i < drawn.length; i++) {
      tokens[prompt.length + i] = drawn[i] + shift;
    }
    int clear = 0;
    double[][] logits = oracle.logits(given, tokens);
    for (int i = 0; i < drawn.length; i++) {
      int place = prompt.length + i;
      double[] row = logits[place];
      int best = argmax(row);
      // A lyric character that is drawn among the codes is fed back as it is and kept as code 0.
      int token = drawn[i] == 0 && best < shift ? best : drawn[i] + shift;
      double slack = 2 * TOLERANCE * largest(logits);
      assertTrue(row[token] >= row[best] - slack, message + ": code " + i);
      double chosen = row[best];
      clear += Arrays.stream(row).filter(value -> value >= chosen - slack).count() == 1 ? 1 : 0;
      if (token != tokens[place]) {
        tokens[place] = token;
        logits = oracle.logits(given, tokens);
      }
    }
    return clear;
  }

  private static int argmax(double[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  private static double largest(double[][] logits) {
    return Arrays.stream(logits).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
  }

  /** The comparison would notice a wrong mask in the layers of any one kind. */
  @ParameterizedTest
  @MethodSource("priors")
  void everyLayerKindIsHeard(TinyPrior tiny) {
    try (Backend backend = GoldenBackends.open("java");
        Prior prior = tiny.load(backend, DType.F32);
        Conditioning conditioning = tiny.condition(prior)) {
      OraclePrior right = new OraclePrior(tiny, DType.F32);
      OraclePrior.Given given = right.given(backend, conditioning, 0);
      int[] tokens = right.tokens(given, tiny.codes().get(0));
      float[] expected = flat(right.logits(given, tokens));
      int order = tiny.config().hps().intOf("attn_order");
      int depth = tiny.config().transformer().depth();
      for (int kind : kinds(order, IntStream.range(0, depth))) {
        for (WrongMasks.Mistake mistake : WrongMasks.of(kind)) {
          OracleTransformer.Masks masks =
              new WrongMasks(OraclePrior.masks(tiny.config()), tiny.config(), mistake);
          float[] wrong =
              flat(
                  new OraclePrior(tiny, DType.F32, CacheRounding.exact(DType.F32), masks)
                      .logits(given, tokens));
          assertThrows(
              AssertionError.class,
              () -> Relative.assertClose(expected, wrong, 20 * TOLERANCE, "wrong"),
              tiny + ": " + mistake + " is not heard");
        }
      }
    }
  }

  static float[] flat(double[][] rows) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return values;
  }
}
