package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.Relative;
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

  /**
   * Of caches in 16 bits: a key or value that lies between two of their numbers, within what fp32
   * and double precision differ by, is rounded to either.
   */
  private static final double CACHE_TOLERANCE = 1e-3;

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
      double tolerance = cache == DType.F32 ? TOLERANCE : CACHE_TOLERANCE;
      for (int item = 0; item < conditioning.batch(); item++) {
        float[] expected = oracle(tiny, storage, backend, conditioning, item);
        Relative.assertClose(
            expected, logits.get(item), tolerance, tiny + " as " + storage + ", item " + item);
        if (storage != DType.F32) {
          float[] exact = oracle(tiny, DType.F32, backend, conditioning, item);
          double rounding = error(exact, expected);
          double rest = error(expected, logits.get(item));
          assertTrue(
              rounding > 10 * rest,
              "%s as %s: rounding weights changes logits by %.3g, all else by %.3g"
                  .formatted(tiny, storage, rounding, rest));
        }
      }
    }
  }

  private static float[] oracle(
      TinyPrior tiny, DType storage, Backend backend, Conditioning conditioning, int item) {
    DType cache = backend.attention().cacheType(storage);
    OraclePrior oracle = new OraclePrior(tiny, storage, cache);
    OraclePrior.Given given = oracle.given(backend, conditioning, item);
    return AttnOrderOracleTest.flat(
        oracle.logits(given, oracle.tokens(given, tiny.codes().get(item))));
  }

  private static double error(float[] expected, float[] actual) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs((double) expected[i] - actual[i]));
    }
    return worst;
  }
}
