package dev.jukebox.compute.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

/** Draws follow the distribution, its filters, and the key alone. */
class HostSamplingTest {
  private static final float[] LOGITS = {0.5f, 2, -1, 1.5f, 0, 2};

  @Test
  void drawsFollowTheSoftmax() {
    int draws = 30_000;
    double temp = 0.8;
    long[] counts = new long[LOGITS.length];
    double[] expected = new double[LOGITS.length];
    double total = 0;
    for (float logit : LOGITS) {
      total += Math.exp(logit / temp);
    }
    for (int i = 0; i < LOGITS.length; i++) {
      expected[i] = draws * Math.exp(LOGITS[i] / temp) / total;
    }
    for (int i = 0; i < draws; i++) {
      counts[draw(LOGITS, new SamplerSettings((float) temp, 0, 0), i)]++;
    }
    assertTrue(new ChiSquareTest().chiSquareTest(expected, counts) > 1e-4);
  }

  @Test
  void topKKeepsTheLargestAndTheirEquals() {
    assertEquals(Set.of(1, 5), tokens(new SamplerSettings(1, 1, 0)));
    assertEquals(Set.of(1, 3, 5), tokens(new SamplerSettings(1, 3, 0)));
    assertEquals(Set.of(0, 1, 2, 3, 4, 5), tokens(new SamplerSettings(1, 100, 0)));
  }

  /** Probabilities 0.354, 0.354, 0.215, ...: a token stays if those before it do not exceed p. */
  @Test
  void topPKeepsTheMostProbable() {
    assertEquals(Set.of(1), tokens(new SamplerSettings(1, 0, 0.2f)));
    assertEquals(Set.of(1, 5), tokens(new SamplerSettings(1, 0, 0.5f)));
    assertEquals(Set.of(1, 3, 5), tokens(new SamplerSettings(1, 0, 0.8f)));
  }

  @Test
  void aRowAloneDrawsWhatItDrawsInABatch() {
    Random random = new Random(1);
    int bins = 37;
    float[] logits = new float[5 * bins];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    SamplerSettings settings = new SamplerSettings(1, 0, 0);
    int[] together = draw(logits, settings, new int[] {4, 0, 9, 2, 7}, 11);
    int[] items = {4, 0, 9, 2, 7};
    for (int row = 0; row < items.length; row++) {
      float[] own = Arrays.copyOfRange(logits, row * bins, (row + 1) * bins);
      assertEquals(together[row], draw(own, settings, new int[] {items[row]}, 11)[0]);
    }
  }

  @Test
  void badLogitsAndSettingsAreRefused() {
    assertThrows(
        ComputeException.class,
        () -> draw(new float[] {1, Float.NaN}, new SamplerSettings(1, 0, 0), 0));
    assertThrows(InvalidInputException.class, () -> new SamplerSettings(0, 0, 0));
    assertThrows(InvalidInputException.class, () -> new SamplerSettings(Float.NaN, 0, 0));
    assertThrows(InvalidInputException.class, () -> new SamplerSettings(1, -1, 0));
    assertThrows(InvalidInputException.class, () -> new SamplerSettings(1, 0, 1.5f));
    assertThrows(InvalidInputException.class, () -> new SamplerSettings(1, 3, 0.5f));
  }

  private static Set<Integer> tokens(SamplerSettings settings) {
    Set<Integer> tokens = new TreeSet<>();
    for (int i = 0; i < 3000; i++) {
      tokens.add(draw(LOGITS, settings, i));
    }
    assertFalse(tokens.isEmpty());
    return tokens;
  }

  private static int draw(float[] logits, SamplerSettings settings, long position) {
    return draw(logits, settings, new int[] {0}, position)[0];
  }

  private static int[] draw(float[] logits, SamplerSettings settings, int[] items, long position) {
    try (Backend backend = new HostProvider().open(new BackendOptions(1));
        Arena arena = backend.arena()) {
      Tensor values = arena.tensor(DType.F32, items.length, logits.length / items.length);
      Tensor tokens = arena.tensor(DType.I32, items.length);
      Tensor numbers = arena.tensor(DType.I32, items.length);
      backend.upload(values, logits);
      backend.upload(numbers, items);
      backend.sampling().sample(values, settings, 99, numbers, 1, position, tokens);
      return backend.downloadInts(tokens);
    }
  }
}
