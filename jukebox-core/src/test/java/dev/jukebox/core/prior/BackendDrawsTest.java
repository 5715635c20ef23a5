package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Philox;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.provider.Backends;
import dev.jukebox.core.golden.GoldenBackends;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Codes that two backends draw with one seed. They are equal, unless the draw falls between the
 * places where the two put one boundary of the cumulative distribution; and these are no further
 * apart than the difference of the logits explains ({@link Cumulative#bound}).
 */
class BackendDrawsTest {
  /** So hot that most of the many codes are likely, and the boundaries lie densely. */
  private static final SamplerSettings SETTINGS = new SamplerSettings(8, 0, 0);

  private static final TinyPrior TINY =
      TinyPriors.order(2, 6, "l_bins", 1024, "prior_width", 24, "heads", 3, "n_ctx", 24);

  static Stream<BackendStatus> others() {
    return Backends.available().stream().filter(status -> !status.name().equals("java"));
  }

  /** A prior with its conditioning on one backend. */
  private record Side(Backend backend, Prior prior, Conditioning conditioning)
      implements AutoCloseable {

    static Side open(String name) {
      Backend backend = GoldenBackends.open(name);
      Prior prior = TINY.load(backend, DType.F32);
      return new Side(backend, prior, TINY.condition(prior));
    }

    List<float[]> logits(List<int[]> codes) {
      try (DecodeSession session = prior.open(conditioning)) {
        return session.logits(codes, 7);
      }
    }

    /** Draws {@code count} codes after a prompt. */
    List<int[]> draw(List<int[]> prompt, int count, long seed) {
      int start = prompt.get(0).length;
      try (DecodeSession session = prior.open(conditioning)) {
        session.prefill(prompt, 7);
        for (int i = 0; i < count; i++) {
          session.step(SETTINGS, seed, TINY.items(), start + i);
        }
        return session.lastCodes(count);
      }
    }

    @Override
    public void close() {
      conditioning.close();
      prior.close();
      backend.close();
    }
  }

  /** Whole runs of both, as a user makes them. */
  @ParameterizedTest
  @MethodSource("others")
  void runsAreEqualUpToDrawsAtBoundaries(BackendStatus other) {
    assumeTrue(other.usable(), other.reason());
    try (Side java = Side.open("java");
        Side rival = Side.open(other.name())) {
      int prompt = 4;
      int count = TINY.config().nCtx() - prompt;
      int equal = 0;
      int draws = 0;
      for (long seed = 0; seed < 10; seed++) {
        List<int[]> ours = java.draw(TINY.prompts(prompt), count, seed);
        List<int[]> theirs = rival.draw(TINY.prompts(prompt), count, seed);
        for (int item : TINY.items()) {
          int first = Arrays.mismatch(ours.get(item), theirs.get(item));
          // After a difference the two runs go on from different codes.
          equal += first < 0 ? count : first;
          draws += first < 0 ? count : first + 1;
          if (first >= 0) {
            List<int[]> codes = concatenated(prompt, ours);
            int position = prompt + first;
            Cumulative one = Cumulative.of(java.logits(codes).get(item), position);
            Cumulative two = Cumulative.of(rival.logits(codes).get(item), position);
            assertExplained(
                one, two, ours.get(item)[first], theirs.get(item)[first], seed, item, position);
          }
        }
      }
      assertTrue(draws >= 200, "only " + draws + " draws");
      assertTrue(equal >= draws - 2, equal + " equal of " + draws + " draws on " + other.name());
    }
  }

  private static List<int[]> concatenated(int prompt, List<int[]> drawn) {
    List<int[]> codes = new ArrayList<>();
    for (int item : TINY.items()) {
      int[] all = Arrays.copyOf(TINY.codes().get(item), TINY.config().nCtx());
      System.arraycopy(drawn.get(item), 0, all, prompt, drawn.get(item).length);
      codes.add(all);
    }
    return codes;
  }

  /** Seeds whose draws are searched to fall where the two backends disagree. */
  @ParameterizedTest
  @MethodSource("others")
  void theyDifferOnlyWhereTheDrawFallsBetweenTheirBoundaries(BackendStatus other) {
    assumeTrue(other.usable(), other.reason());
    try (Side java = Side.open("java");
        Side rival = Side.open(other.name())) {
      List<float[]> ours = java.logits(TINY.codes());
      List<float[]> theirs = rival.logits(TINY.codes());
      int seeds = 20_000;
      double expected = 0;
      int found = 0;
      for (int item : TINY.items()) {
        for (int position = 0; position < TINY.config().nCtx(); position++) {
          Cumulative one = Cumulative.of(ours.get(item), position);
          Cumulative two = Cumulative.of(theirs.get(item), position);
          expected += seeds * one.disagreement(two);
          for (long seed = 0; seed < seeds; seed++) {
            double uniform = Philox.uniform(seed, item, TINY.config().level(), position);
            int a = one.token(uniform);
            int b = two.token(uniform);
            if (a != b) {
              found++;
              assertExplained(one, two, a, b, seed, item, position);
              if (found <= 5) {
                List<int[]> prompt = TINY.prompts(position);
                assertEquals(a, java.draw(prompt, 1, seed).get(item)[0], "drawn by java");
                assertEquals(b, rival.draw(prompt, 1, seed).get(item)[0], other.name());
              }
            }
          }
        }
      }
      // A Poisson count: further than five deviations away is no chance.
      double slack = 5 * Math.sqrt(expected) + 5;
      assertTrue(
          Math.abs(found - expected) <= slack,
          "%s: %d draws differ, %.1f were expected".formatted(other.name(), found, expected));
    }
  }

  private static void assertExplained(
      Cumulative java, Cumulative other, int a, int b, long seed, int item, int position) {
    double uniform = Philox.uniform(seed, item, TINY.config().level(), position);
    String place = "seed " + seed + ", item " + item + ", position " + position;
    int boundary = Math.min(a, b);
    double one = java.upTo(boundary);
    double two = other.upTo(boundary);
    assertTrue(a != b, place + ": no difference");
    assertTrue(
        Math.min(one, two) <= uniform && uniform <= Math.max(one, two),
        place + ": codes " + a + " and " + b + ", draw " + uniform + ", " + one + " to " + two);
    double bound = java.bound(other);
    assertTrue(bound < 1e-4, place + ": logits differ by too much: " + bound);
    assertTrue(Math.abs(one - two) <= bound, place + ": " + Math.abs(one - two) + " > " + bound);
  }

  /** The cumulative distribution of one position as it is drawn from. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Cumulative(float[] scaled, double[] sums) {

    static Cumulative of(float[] logits, int position) {
      int bins = TINY.config().vqvae().bins();
      float[] scaled = Arrays.copyOfRange(logits, position * bins, (position + 1) * bins);
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < bins; i++) {
        scaled[i] /= SETTINGS.temp();
        largest = Math.max(largest, scaled[i]);
      }
      double[] sums = new double[bins];
      double sum = 0;
      for (int i = 0; i < bins; i++) {
        sum += StrictMath.exp((double) scaled[i] - largest);
        sums[i] = sum;
      }
      return new Cumulative(scaled, sums);
    }

    double total() {
      return sums[sums.length - 1];
    }

    /** The probability of this token and those before it. */
    double upTo(int token) {
      return sums[token] / total();
    }

    int token(double uniform) {
      int low = 0;
      int high = sums.length - 1;
      while (low < high) {
        int middle = (low + high) / 2;
        if (sums[middle] > uniform * total()) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }

    /** The share of draws for which the two give different tokens. */
    double disagreement(Cumulative other) {
      List<double[]> gaps = new ArrayList<>();
      for (int token = 0; token < sums.length - 1; token++) {
        double one = upTo(token);
        double two = other.upTo(token);
        gaps.add(new double[] {Math.min(one, two), Math.max(one, two)});
      }
      double share = 0;
      double end = 0;
      for (double[] gap : gaps) {
        share += Math.max(0, gap[1] - Math.max(gap[0], end));
        end = Math.max(end, gap[1]);
      }
      return share;
    }

    /**
     * How far apart a boundary of the two can be. Where scaled logits differ by at most d, the odds
     * of a set of tokens differ by a factor of at most exp(2d), and a probability, whose derivative
     * by its log-odds is at most 1/4, by at most d/2.
     */
    double bound(Cumulative other) {
      double difference = 0;
      for (int i = 0; i < scaled.length; i++) {
        difference = Math.max(difference, Math.abs((double) scaled[i] - other.scaled[i]));
      }
      double summation = 4 * scaled.length * Math.ulp(1.0);
      return difference / 2 + summation;
    }
  }
}
