package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every backend draws the tokens that plain Java draws, whatever the filter and the length. */
class SamplingConformanceTest {
  private static final SamplerSettings ALL = new SamplerSettings(1, 0, 0);
  private static final int LEVEL = 2;
  private static final long BEYOND_INTS = (1L << 33) + 12345;

  private record Draw(int rows, int bins, SamplerSettings settings, boolean ties, long seed) {}

  private static List<Draw> draws() {
    List<Draw> draws = new ArrayList<>();
    for (int bins : new int[] {1, 3, 31, 79, 512, 513, 2047, 2048, 2049, 4095, 4097, 9001}) {
      int rows = bins > 4096 ? 1 : 4;
      for (boolean ties : new boolean[] {false, true}) {
        draws.add(new Draw(rows, bins, new SamplerSettings(0.99f, 0, 0), ties, bins));
        for (int topK : new int[] {1, bins / 3, bins - 1, bins + 1}) {
          draws.add(new Draw(rows, bins, new SamplerSettings(1.3f, topK, 0), ties, -bins));
        }
        for (float topP : new float[] {1e-6f, 0.3f, 0.9f, 1}) {
          draws.add(new Draw(rows, bins, new SamplerSettings(0.7f, 0, topP), ties, ~bins));
        }
      }
    }
    return draws;
  }

  @TestFactory
  Stream<DynamicTest> tokensAreThoseOfPlainJava() {
    Backend plain = TestBackends.open("java", 1);
    return TestBackends.each(
            draws(),
            (backend, draw) -> {
              float[] logits = logits(draw);
              int[] items = new Random(draw.seed).ints(draw.rows).toArray();
              for (long position : new long[] {7, BEYOND_INTS}) {
                assertArrayEquals(
                    sample(plain, logits, draw.settings, draw.seed, items, Position.at(position)),
                    sample(backend, logits, draw.settings, draw.seed, items, Position.at(position)),
                    "position " + position);
              }
            })
        .onClose(plain::close);
  }

  /** Logits with zeros of both signs and minus infinities; with ties, of few values. */
  private static float[] logits(Draw draw) {
    float[] logits = Numbers.random(draw.seed, draw.rows * draw.bins, 3);
    Random random = new Random(draw.seed + 1);
    for (int i = 0; i < logits.length; i++) {
      if (draw.ties) {
        logits[i] = Math.round(logits[i]) * 0.5f;
      }
      switch (random.nextInt(20)) {
        case 0 -> logits[i] = -0f;
        case 1 -> logits[i] = 0f;
        case 2 -> logits[i] = i % draw.bins == 0 ? logits[i] : Float.NEGATIVE_INFINITY;
        default -> {}
      }
    }
    return logits;
  }

  @TestFactory
  Stream<DynamicTest> infinitiesAreTreatedAsInPlainJava() {
    float infinite = Float.POSITIVE_INFINITY;
    return TestBackends.each(
        List.of(
            new float[] {-infinite, -infinite, -infinite},
            new float[] {1, infinite, 2},
            new float[] {3e38f, 1, 3.1e38f},
            new float[] {-infinite, 1, -infinite}),
        (backend, logits) -> {
          for (SamplerSettings settings :
              List.of(
                  new SamplerSettings(0.5f, 0, 0),
                  new SamplerSettings(0.5f, 2, 0),
                  new SamplerSettings(0.5f, 0, 0.5f))) {
            try (Backend plain = TestBackends.open("java", 1)) {
              assertArrayEquals(
                  sample(plain, logits, settings, 5, new int[] {1}, Position.at(3)),
                  sample(backend, logits, settings, 5, new int[] {1}, Position.at(3)));
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> drawsFollowTheSoftmax() {
    return TestBackends.each(
        List.of(0.8f),
        (backend, temp) -> {
          float[] logits = {0.5f, 2, -1, 1.5f, 0, 2, -2.5f};
          int rows = 1000;
          int calls = 3;
          float[] repeated = new float[rows * logits.length];
          for (int i = 0; i < repeated.length; i++) {
            repeated[i] = logits[i % logits.length];
          }
          int[] items = IntStream.range(0, rows).toArray();
          SamplerSettings settings = new SamplerSettings(temp, 0, 0);
          long[] counts = new long[logits.length];
          for (int call = 0; call < calls; call++) {
            for (int token :
                sample(backend, repeated, settings, 4, items, Position.at(BEYOND_INTS + call))) {
              counts[token]++;
            }
          }
          double[] expected =
              IntStream.range(0, logits.length)
                  .mapToDouble(i -> Math.exp(logits[i] / temp))
                  .toArray();
          double total = Arrays.stream(expected).sum();
          for (int i = 0; i < expected.length; i++) {
            expected[i] *= rows * calls / total;
          }
          assertTrue(
              new ChiSquareTest().chiSquareTest(expected, counts) > 1e-4, Arrays.toString(counts));
        });
  }

  @TestFactory
  Stream<DynamicTest> aCountedPositionIsThatPosition() {
    return TestBackends.each(
        List.of(0L, 100L, BEYOND_INTS),
        (backend, offset) -> {
          float[] logits = Numbers.random(1, 5 * 100, 1);
          int[] items = {0, 1, 2, 3, 4};
          try (Arena arena = backend.arena()) {
            Tensor counter = arena.tensor(DType.I32, 1);
            for (int value : new int[] {0, 1, 8191}) {
              backend.upload(counter, new int[] {value});
              assertArrayEquals(
                  sample(backend, logits, ALL, -3, items, Position.at(offset + value)),
                  sample(backend, logits, ALL, -3, items, Position.counted(offset, counter)));
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> aRowAloneDrawsWhatItDrawsInABatch() {
    return TestBackends.each(
        List.of(ALL, new SamplerSettings(1, 30, 0), new SamplerSettings(1, 0, 0.8f)),
        (backend, settings) -> {
          int bins = 601;
          float[] logits = Numbers.random(3, 5 * bins, 2);
          int[] items = {4, 0, 9, -2, 7};
          int[] together = sample(backend, logits, settings, 11, items, Position.at(1));
          for (int row = 0; row < items.length; row++) {
            float[] own = Arrays.copyOfRange(logits, row * bins, (row + 1) * bins);
            int[] item = {items[row]};
            assertEquals(
                together[row], sample(backend, own, settings, 11, item, Position.at(1))[0]);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> aNanIsReportedAndForgotten() {
    return TestBackends.each(
        List.of(0, 41, 2047),
        (backend, place) -> {
          float[] good = Numbers.random(2, 3 * 2048, 1);
          float[] bad = good.clone();
          bad[2048 + place] = Float.NaN;
          int[] items = {0, 1, 2};
          int[] before = sample(backend, good, ALL, 1, items, Position.at(0));
          ComputeException refused =
              assertThrows(
                  ComputeException.class,
                  () -> sample(backend, bad, ALL, 1, items, Position.at(0)));
          assertTrue(refused.getMessage().contains("NaN"), refused::getMessage);
          backend.synchronize();
          assertArrayEquals(before, sample(backend, good, ALL, 1, items, Position.at(0)));
        });
  }

  private static int[] sample(
      Backend backend,
      float[] logits,
      SamplerSettings settings,
      long seed,
      int[] items,
      Position position) {
    int rows = items.length;
    try (Arena arena = backend.arena()) {
      Tensor values = Guarded.of(backend, arena, logits, rows, logits.length / rows);
      Tensor numbers = arena.tensor(DType.I32, rows);
      backend.upload(numbers, items);
      Tensor tokens = arena.tensor(DType.I32, rows + 2);
      int[] marks = new int[rows + 2];
      Arrays.fill(marks, -7);
      backend.upload(tokens, marks);
      Tensor drawn = tokens.slice(1, rows);
      backend.sampling().sample(values, settings, seed, numbers, LEVEL, position, drawn);
      int[] all = backend.downloadInts(tokens);
      assertEquals(-7, all[0], "written before the tokens");
      assertEquals(-7, all[rows + 1], "written behind the tokens");
      return Arrays.copyOfRange(all, 1, rows + 1);
    }
  }
}
