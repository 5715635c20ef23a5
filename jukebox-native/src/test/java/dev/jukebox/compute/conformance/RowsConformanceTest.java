package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Layer norm, nearest codes, look-ups, additions and copies of every backend. */
class RowsConformanceTest {
  private static final List<Integer> WIDTHS =
      List.of(1, 2, 3, 7, 15, 16, 17, 31, 33, 63, 65, 127, 480, 1920);

  @TestFactory
  Stream<DynamicTest> layerNormIsExactAndNeedsOneRowOnly() {
    return TestBackends.each(
        WIDTHS,
        (backend, width) -> {
          int rows = 13;
          float[] x = Numbers.random(width, rows * width, 3);
          for (int i = 0; i < x.length; i++) {
            x[i] += 5;
          }
          float[] gain = Numbers.random(width + 1, width, 1);
          float[] bias = Numbers.random(width + 2, width, 1);
          float[] got = layerNorm(backend, x, gain, bias, width);
          Numbers.close(got, plainNorm(x, gain, bias, width), trueNorm(x, gain, bias, width));
          float[] last =
              layerNorm(backend, Arrays.copyOfRange(x, 12 * width, 13 * width), gain, bias, width);
          Numbers.sameBits(
              Arrays.copyOfRange(got, 12 * width, 13 * width), last, "the last row alone");
        });
  }

  private static float[] layerNorm(
      Backend backend, float[] x, float[] gain, float[] bias, int width) {
    try (Arena arena = backend.arena()) {
      Guarded y = new Guarded(backend, arena, x.length / width, width);
      backend.upload(y.tensor(), x);
      backend
          .norm()
          .layerNorm(
              y.tensor(),
              Guarded.of(backend, arena, gain, width),
              Guarded.of(backend, arena, bias, width),
              1e-5f,
              y.tensor());
      return y.values();
    }
  }

  /** Layer norm as anyone would write it, in fp32. */
  private static float[] plainNorm(float[] x, float[] gain, float[] bias, int width) {
    float[] y = new float[x.length];
    for (int r = 0; r < x.length; r += width) {
      float sum = 0;
      for (int i = 0; i < width; i++) {
        sum += x[r + i];
      }
      float mean = sum / width;
      float squares = 0;
      for (int i = 0; i < width; i++) {
        squares += (x[r + i] - mean) * (x[r + i] - mean);
      }
      float scale = (float) (1 / Math.sqrt(squares / width + 1e-5f));
      for (int i = 0; i < width; i++) {
        y[r + i] = (x[r + i] - mean) * scale * gain[i] + bias[i];
      }
    }
    return y;
  }

  private static double[] trueNorm(float[] x, float[] gain, float[] bias, int width) {
    double[] y = new double[x.length];
    for (int r = 0; r < x.length; r += width) {
      int row = r;
      double mean = IntStream.range(0, width).mapToDouble(i -> x[row + i]).average().orElseThrow();
      double variance =
          IntStream.range(0, width)
              .mapToDouble(i -> (x[row + i] - mean) * (x[row + i] - mean))
              .average()
              .orElseThrow();
      for (int i = 0; i < width; i++) {
        y[r + i] = (x[r + i] - mean) / Math.sqrt(variance + 1e-5f) * gain[i] + bias[i];
      }
    }
    return y;
  }

  private record Codebook(int rows, int width, int bins) {}

  @TestFactory
  Stream<DynamicTest> nearestCodeIsNearest() {
    return TestBackends.each(
        List.of(
            new Codebook(1, 64, 2048),
            new Codebook(13, 64, 2048),
            new Codebook(400, 64, 1000),
            new Codebook(7, 3, 1),
            new Codebook(50, 17, 33)),
        (backend, one) -> {
          float[] x = Numbers.random(3, one.rows * one.width, 1);
          float[] codebook = Numbers.random(4, one.bins * one.width, 1);
          int[] codes = nearest(backend, x, codebook, one.width);
          for (int r = 0; r < one.rows; r++) {
            double best = Double.POSITIVE_INFINITY;
            for (int k = 0; k < one.bins; k++) {
              best = Math.min(best, distance(x, r, codebook, k, one.width));
            }
            double got = distance(x, r, codebook, codes[r], one.width);
            assertTrue(got <= best * (1 + 1e-5) + 1e-5, "row " + r + ": " + got + " for " + best);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> tiesGoToTheLowestCode() {
    return TestBackends.each(
        List.of(3, 40, 100),
        (backend, period) -> {
          int width = 5;
          float[] some = Numbers.random(5, period * width, 1);
          float[] codebook = new float[4 * some.length];
          for (int i = 0; i < codebook.length; i++) {
            codebook[i] = some[i % some.length];
          }
          int[] expected = IntStream.range(0, period).toArray();
          assertArrayEquals(expected, nearest(backend, some, codebook, width));
        });
  }

  private static int[] nearest(Backend backend, float[] x, float[] codebook, int width) {
    try (Arena arena = backend.arena()) {
      int rows = x.length / width;
      Tensor codes = arena.tensor(DType.I32, rows + 2);
      int[] marks = new int[rows + 2];
      Arrays.fill(marks, -7);
      backend.upload(codes, marks);
      backend
          .codebook()
          .nearest(
              Guarded.of(backend, arena, x, rows, width),
              Guarded.of(backend, arena, codebook, codebook.length / width, width),
              codes.slice(1, rows));
      int[] all = backend.downloadInts(codes);
      assertEquals(-7, all[0]);
      assertEquals(-7, all[rows + 1]);
      return Arrays.copyOfRange(all, 1, rows + 1);
    }
  }

  private static double distance(float[] x, int row, float[] codebook, int code, int width) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double d = (double) x[row * width + i] - codebook[code * width + i];
      sum += d * d;
    }
    return sum;
  }

  @TestFactory
  Stream<DynamicTest> gathersRows() {
    return TestBackends.each(
        WIDTHS,
        (backend, width) -> {
          float[] table = Numbers.random(1, 9 * width, 1);
          float[] before = Numbers.random(2, 4 * width, 1);
          int[] ids = {8, 0, -1, 3};
          try (Arena arena = backend.arena()) {
            Tensor rows = Guarded.of(backend, arena, table, 9, width);
            Tensor index = arena.tensor(DType.I32, 4);
            backend.upload(index, ids);
            Guarded out = new Guarded(backend, arena, 4, width);
            backend.upload(out.tensor(), before);
            backend.embedding().gatherAdd(rows, index, out.tensor());
            float[] sums = out.values();
            for (int i = 0; i < sums.length; i++) {
              int id = ids[i / width];
              float added = id < 0 ? 0 : table[id * width + i % width];
              assertEquals(before[i] + added, sums[i], "element " + i);
            }
            assertThrows(
                ComputeException.class,
                () -> {
                  backend.embedding().gather(rows, index, out.tensor());
                  backend.synchronize();
                });
            backend.upload(index, new int[] {8, 0, 9, 3});
            assertThrows(
                ComputeException.class,
                () -> {
                  backend.embedding().gatherAdd(rows, index, out.tensor());
                  backend.synchronize();
                });
            backend.upload(index, new int[] {8, 0, 8, 3});
            backend.embedding().gather(rows, index, out.tensor());
            float[] gathered = out.values();
            assertEquals(table[8 * width], gathered[2 * width]);
            assertEquals(table[4 * width - 1], gathered[4 * width - 1]);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> addsSlicesOfTables() {
    return TestBackends.each(
        WIDTHS,
        (backend, width) -> {
          int batch = 2;
          int count = 5;
          float[] x = Numbers.random(1, batch * count * width, 1);
          for (int items : new int[] {1, batch}) {
            for (int length : new int[] {1, 9}) {
              float[] table = Numbers.random(2, items * length * width, 1);
              try (Arena arena = backend.arena()) {
                Guarded y = new Guarded(backend, arena, batch, count, width);
                backend
                    .elementwise()
                    .addSlice(
                        Guarded.of(backend, arena, x, batch, count, width),
                        Guarded.of(backend, arena, table, items, length, width),
                        4,
                        y.tensor());
                float[] got = y.values();
                for (int i = 0; i < got.length; i++) {
                  int item = items == 1 ? 0 : i / (count * width);
                  int position = length == 1 ? 0 : 4 + i / width % count;
                  float added = table[(item * length + position) * width + i % width];
                  assertEquals(x[i] + added, got[i], "element " + i);
                }
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> interpolates() {
    return TestBackends.each(
        List.of(1, 15, 16, 33, 70000),
        (backend, size) -> {
          float[] a = Numbers.random(1, size, 1);
          float[] b = Numbers.random(2, size, 1);
          double[] truth = new double[size];
          float[] plain = new float[size];
          for (int i = 0; i < size; i++) {
            truth[i] = a[i] + 0.3f * ((double) b[i] - a[i]);
            plain[i] = a[i] + 0.3f * (b[i] - a[i]);
          }
          try (Arena arena = backend.arena()) {
            Guarded y = new Guarded(backend, arena, size);
            backend.upload(y.tensor(), b);
            Tensor first = Guarded.of(backend, arena, a, size);
            backend.elementwise().interpolate(first, y.tensor(), 0.3f, y.tensor());
            Numbers.close(y.values(), plain, truth);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> copiesPositions() {
    return TestBackends.each(
        List.of(1, 3, 64),
        (backend, width) -> {
          float[] source = Numbers.random(1, 2 * 6 * width, 1);
          try (Arena arena = backend.arena()) {
            Guarded y = new Guarded(backend, arena, 2, 9, width);
            backend.upload(y.tensor(), new float[2 * 9 * width]);
            Tensor x = Guarded.of(backend, arena, source, 2, 6, width);
            backend.elementwise().copyPositions(x, 1, y.tensor(), 5, 3);
            float[] got = y.values();
            for (int i = 0; i < got.length; i++) {
              int item = i / (9 * width);
              int position = i / width % 9;
              boolean copied = position >= 5 && position < 8;
              int from = (item * 6 + position - 4) * width + i % width;
              assertEquals(copied ? source[from] : 0f, got[i], "element " + i);
            }
            assertThrows(
                ComputeException.class,
                () -> backend.elementwise().copyPositions(x, 4, y.tensor(), 5, 3));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> randomSequencesOfSizesShareOneBackend() {
    return TestBackends.each(
        List.of(1),
        (backend, seed) -> {
          Random random = new Random(seed);
          for (int round = 0; round < 20; round++) {
            int width = 1 + random.nextInt(300);
            int rows = 1 + random.nextInt(200);
            float[] x = Numbers.random(round, rows * width, 1);
            float[] ones = new float[width];
            Arrays.fill(ones, 1);
            float[] y = layerNorm(backend, x, ones, new float[width], width);
            Numbers.close(
                y,
                plainNorm(x, ones, new float[width], width),
                trueNorm(x, ones, new float[width], width));
          }
        });
  }
}
