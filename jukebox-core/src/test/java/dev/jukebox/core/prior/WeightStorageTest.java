package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.golden.GoldenBackends;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linear weights kept in fewer bits: the logits are those of the rounded weights, and nothing but
 * the weights is rounded.
 */
class WeightStorageTest {
  private static final double TOLERANCE = 1e-4;

  /** Error of a key or value in fp32: a few units in the last place of the sum that it is. */
  private static final double NOISE = 3e-7;

  /** How much more than the noise may change. */
  private static final int FACTOR = 4;

  static Stream<Arguments> cases() {
    List<TinyPrior> priors =
        List.of(
            TinyPriors.order(2, 6, "level", 0, "res_scale", true),
            TinyPriors.order(5, 8, "merged_decoder", true, "n_ctx", 24),
            TinyPriors.order(
                6, 8, "prior_width", 24, "n_tokens", 8, "use_tokens", true, "prime_blocks", 4),
            TinyPriors.order(
                12, 16, "single_enc_dec", true, "n_tokens", 7, "use_tokens", true, "n_ctx", 25));
    List<DType> storages = List.of(DType.F32, DType.F16, DType.BF16, DType.I8);
    return GoldenBackends.names()
        .flatMap(
            backend ->
                priors.stream()
                    .flatMap(
                        prior ->
                            storages.stream()
                                .map(storage -> Arguments.of(backend, storage, prior))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreThoseOfRoundedWeights(String backendName, DType storage, TinyPrior tiny) {
    try (Backend backend = GoldenBackends.open(backendName);
        Prior prior = tiny.load(backend, storage);
        Conditioning conditioning = tiny.condition(prior);
        DecodeSession session = prior.open(conditioning)) {
      List<float[]> logits = session.logits(tiny.codes(), 9);
      DType cache = backend.attention().cacheType(storage);
      for (int item = 0; item < conditioning.batch(); item++) {
        String what = tiny + " as " + storage + ", item " + item;
        OraclePrior.Given given = new OraclePrior(tiny, storage).given(backend, conditioning, item);
        float[] expected = oracle(tiny, storage, CacheRounding.exact(cache), given, item);
        double noise = 0;
        for (int seed = 0; cache != DType.F32 && seed < 8; seed++) {
          CacheRounding noisy = new CacheRounding(cache, NOISE, seed);
          noise = Math.max(noise, error(expected, oracle(tiny, storage, noisy, given, item)));
        }
        double rest = error(expected, logits.get(item));
        double allowed = TOLERANCE * largest(expected) + FACTOR * noise;
        assertTrue(rest <= allowed, what + ": error " + rest + ", allowed " + allowed);
        if (storage != DType.F32) {
          float[] exact = oracle(tiny, DType.F32, CacheRounding.exact(DType.F32), given, item);
          double rounding = error(exact, expected);
          assertTrue(
              rounding > 10 * (rest - FACTOR * noise),
              "%s: rounding changes logits by %.3g, all else by %.3g"
                  .formatted(what, rounding, rest));
        }
      }
    }
  }

  private static float[] oracle(
      TinyPrior tiny, DType storage, CacheRounding cache, OraclePrior.Given given, int item) {
    OraclePrior oracle = new OraclePrior(tiny, storage, cache);
    return AttnOrderOracleTest.flat(
        oracle.logits(given, oracle.tokens(given, tiny.codes().get(item))));
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double error(float[] expected, float[] actual) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs((double) expected[i] - actual[i]));
    }
    return worst;
  }
}
