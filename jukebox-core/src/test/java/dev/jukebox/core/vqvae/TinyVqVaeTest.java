package dev.jukebox.core.vqvae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.Relative;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes of VQ-VAEs that no released model has, on every backend. */
class TinyVqVaeTest {
  private static final double TOLERANCE = 1e-4;
  private static final int WHOLE = 1 << 24;

  static Stream<Arguments> cases() {
    return GoldenBackends.names()
        .flatMap(backend -> TinyVqVae.all().stream().map(tiny -> Arguments.of(backend, tiny)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void codesAndAudioAreTheOracles(String backendName, TinyVqVae tiny) {
    OracleVqVae oracle = new OracleVqVae(tiny);
    try (Backend backend = GoldenBackends.open(backendName);
        VqVae vqvae = tiny.load(backend, WHOLE)) {
      float[] audio = TinyVqVae.audio(5 * tiny.config().topHop());
      for (int level = 0; level < tiny.config().levels(); level++) {
        int[] codes = vqvae.encode(audio, level);
        assertNearest(oracle, oracle.encode(audio, level), codes, level);
        Relative.assertClose(
            oracle.decode(codes, level),
            vqvae.decode(codes, level),
            TOLERANCE,
            tiny + " audio of level " + level);
      }
    }
  }

  private static void assertNearest(
      OracleVqVae oracle, double[][] vectors, int[] codes, int level) {
    assertEquals(vectors.length, codes.length, "codes of level " + level);
    assertTrue(Arrays.stream(codes).distinct().count() > 3, "too few codes are used to tell");
    for (int t = 0; t < codes.length; t++) {
      double[] distances = oracle.distances(vectors[t], level);
      double least = Arrays.stream(distances).min().orElseThrow();
      double slack = TOLERANCE * Arrays.stream(distances).average().orElseThrow();
      assertTrue(
          distances[codes[t]] <= least + slack,
          "level " + level + ", code " + t + ": " + distances[codes[t]] + " > " + least);
    }
  }

  /** Lengths that leave a rest, and pieces from a single top-level code to several. */
  @ParameterizedTest
  @MethodSource("cases")
  void piecesGiveTheSameBitsAsTheWhole(String backendName, TinyVqVae tiny) {
    VqVaeConfig config = tiny.config();
    int topHop = config.topHop();
    int[] lengths = {0, 1, topHop - 1, topHop, 3 * topHop + 1, 11 * topHop + topHop / 2 + 1};
    try (Backend backend = GoldenBackends.open(backendName);
        VqVae whole = tiny.load(backend, WHOLE);
        VqVae hops = tiny.load(backend, 1);
        VqVae threes = tiny.load(backend, 3 * topHop)) {
      for (int length : lengths) {
        float[] audio = TinyVqVae.audio(length);
        for (int level = 0; level < config.levels(); level++) {
          String message = tiny + ", " + length + " samples, level " + level;
          int[] codes = whole.encode(audio, level);
          float[] decoded = whole.decode(codes, level);
          assertEquals(length / config.hop(level), codes.length, message);
          assertEquals(codes.length * config.hop(level), decoded.length, message);
          for (VqVae pieces : new VqVae[] {hops, threes}) {
            assertArrayEquals(codes, pieces.encode(audio, level), message + " codes");
            assertArrayEquals(decoded, pieces.decode(codes, level), message + " audio");
          }
        }
      }
    }
  }

  /** Numbers of codes that are not a whole number of top-level codes. */
  @ParameterizedTest
  @MethodSource("cases")
  void anyNumberOfCodesIsDecodedInPieces(String backendName, TinyVqVae tiny) {
    VqVaeConfig config = tiny.config();
    try (Backend backend = GoldenBackends.open(backendName);
        VqVae whole = tiny.load(backend, WHOLE);
        VqVae hops = tiny.load(backend, 1)) {
      Random random = new Random(5);
      for (int level = 0; level < config.levels(); level++) {
        for (int count : new int[] {1, 2, 7, 13, 29}) {
          int[] codes = random.ints(count, 0, config.bins()).toArray();
          assertArrayEquals(
              whole.decode(codes, level),
              hops.decode(codes, level),
              tiny + ", " + count + " codes of level " + level);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingStaysAllocated(String backendName, TinyVqVae tiny) {
    try (Backend backend = GoldenBackends.open(backendName)) {
      try (VqVae vqvae = tiny.load(backend, 1)) {
        long weights = backend.liveBytes();
        assertTrue(weights > 0, "no weights");
        for (int level = 0; level < tiny.config().levels(); level++) {
          vqvae.decode(vqvae.encode(TinyVqVae.audio(4 * tiny.config().topHop()), level), level);
          assertEquals(weights, backend.liveBytes(), "after level " + level);
        }
      }
      assertEquals(0, backend.liveBytes());
    }
  }
}
