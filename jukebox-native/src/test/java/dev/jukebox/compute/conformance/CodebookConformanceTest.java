package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Sums of codes, and nearest codes where rounding decides, of every backend. */
class CodebookConformanceTest {

  private enum Spread {
    EVEN,
    ONE_BIN,
    HALF_EMPTY,
    SKEWED
  }

  private record Case(int rows, int width, int bins, Spread spread) {
    int[] codes() {
      Random random = new Random(rows);
      IntUnaryOperator code =
          row ->
              switch (spread) {
                case EVEN -> random.nextInt(bins);
                case ONE_BIN -> bins - 1;
                case HALF_EMPTY -> random.nextInt((bins + 1) / 2) * 2 % bins;
                case SKEWED -> (int) (bins * Math.pow(random.nextDouble(), 6));
              };
      return IntStream.range(0, rows).map(code).toArray();
    }
  }

  /** What was added up. */
  private static final class Sums {
    private final float[] counts;
    private final float[] sums;

    Sums(float[] counts, float[] sums) {
      this.counts = counts;
      this.sums = sums;
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Spread spread : Spread.values()) {
      cases.add(new Case(1, 1, 1, spread));
      cases.add(new Case(31, 3, 5, spread));
      cases.add(new Case(700, 64, 40, spread));
      cases.add(new Case(1500, 65, 7, spread));
    }
    cases.add(new Case(2100, 5, 300, Spread.EVEN));
    cases.add(new Case(600, 200, 3, Spread.SKEWED));
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> countsAndSumsAreAdded() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          int[] codes = one.codes();
          float[] x = Numbers.random(1, one.rows * one.width, 1);
          float[] counts = new float[one.bins];
          for (int bin = 0; bin < one.bins; bin++) {
            counts[bin] = bin;
          }
          float[] sums = Numbers.random(2, one.bins * one.width, 1);
          double[] trueCounts = widened(counts);
          double[] trueSums = widened(sums);
          float[] plain = sums.clone();
          for (int r = 0; r < one.rows; r++) {
            trueCounts[codes[r]]++;
            for (int c = 0; c < one.width; c++) {
              trueSums[codes[r] * one.width + c] += x[r * one.width + c];
              plain[codes[r] * one.width + c] += x[r * one.width + c];
            }
          }
          Sums got = accumulate(backend, one, x, codes, counts, sums);
          assertArrayEquals(trueCounts, widened(got.counts));
          Numbers.close(got.sums, plain, trueSums);
          Sums again = accumulate(backend, one, x, codes, counts, sums);
          Numbers.sameBits(got.sums, again.sums, "a second run");
        });
  }

  private static double[] widened(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static Sums accumulate(
      Backend backend, Case one, float[] x, int[] codes, float[] counts, float[] sums) {
    try (Arena arena = backend.arena()) {
      Tensor ids = arena.tensor(DType.I32, one.rows);
      backend.upload(ids, codes);
      Guarded toCounts = new Guarded(backend, arena, one.bins);
      backend.upload(toCounts.tensor(), counts);
      Guarded toSums = new Guarded(backend, arena, one.bins, one.width);
      backend.upload(toSums.tensor(), sums);
      backend
          .codebook()
          .accumulate(
              Guarded.of(backend, arena, x, one.rows, one.width),
              ids,
              toCounts.tensor(),
              toSums.tensor());
      return new Sums(toCounts.values(), toSums.values());
    }
  }

  @TestFactory
  Stream<DynamicTest> codesOutsideTheBinsAreRefused() {
    return TestBackends.each(
        List.of(-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE),
        (backend, code) -> {
          try (Arena arena = backend.arena()) {
            Tensor x = arena.tensor(DType.F32, 3, 2);
            Tensor codes = arena.tensor(DType.I32, 3);
            Tensor counts = arena.tensor(DType.F32, 4);
            Tensor sums = arena.tensor(DType.F32, 4, 2);
            backend.upload(codes, new int[] {0, code, 3});
            assertThrows(
                ComputeException.class,
                () -> {
                  backend.codebook().accumulate(x, codes, counts, sums);
                  backend.synchronize();
                });
            backend.upload(codes, new int[] {0, 3, 3});
            backend.upload(counts, new float[4]);
            backend.codebook().accumulate(x, codes, counts, sums);
            assertArrayEquals(new float[] {1, 0, 0, 2}, backend.downloadFloats(counts));
            assertThrows(
                ComputeException.class, () -> backend.codebook().accumulate(x, codes, counts, x));
          }
        });
  }

  /** Long rows near to pairs of codes that differ in their last bits alone. */
  @TestFactory
  Stream<DynamicTest> nearTiesOnTheDeviceAreDecidedAsInPlainJava() {
    return TestBackends.each(
        List.of(3, 64, 65),
        (backend, width) -> {
          if (!backend.name().startsWith("cuda")) {
            return;
          }
          int pairs = 70;
          int rows = 150;
          float[] codebook = Numbers.random(width, 2 * pairs * width, 1);
          Random random = new Random(width);
          for (int pair = 0; pair < pairs; pair++) {
            for (int c = 0; c < width; c++) {
              float value = codebook[2 * pair * width + c];
              boolean moved = random.nextInt(width) == 0;
              codebook[(2 * pair + 1) * width + c] = moved ? Math.nextUp(value) : value;
            }
          }
          float[] x = Numbers.random(9, rows * width, 3);
          int[] got = nearest(backend, x, codebook, width);
          try (Backend java = TestBackends.open("java", 2)) {
            assertArrayEquals(nearest(java, x, codebook, width), got);
          }
          for (int i = 0; i < x.length; i++) {
            x[i] = Float.NaN;
          }
          assertEquals(0, nearest(backend, x, codebook, width)[rows - 1]);
        });
  }

  /** Values for which the nearest code is hard to tell. */
  private enum Hard {
    /** Far from the origin, near to each other. */
    OFFSET {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        float[] offset = Numbers.random(1, width, 30);
        for (float[] values : List.of(x, codebook)) {
          for (int i = 0; i < values.length; i++) {
            values[i] = offset[i % width] + values[i] * 1e-4f;
          }
        }
      }
    },
    /** All of one sign, so that sums of products are as large as they can be. */
    ALIGNED {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        for (float[] values : List.of(x, codebook)) {
          for (int i = 0; i < values.length; i++) {
            values[i] = 1 + Math.abs(values[i]) * 1e-4f;
          }
        }
      }
    },
    /** Each code but the first differs from another by one part in 1e5 to 1e7. */
    NEAR_TIES {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        for (int bin = 1; bin < codebook.length / width; bin++) {
          int other = random.nextInt(bin);
          float part = (float) Math.pow(10, -5 - 2 * random.nextDouble());
          for (int c = 0; c < width; c++) {
            float value = codebook[other * width + c];
            codebook[bin * width + c] = value + value * part * (random.nextFloat() - 0.5f);
          }
        }
      }
    },
    DUPLICATES {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        for (int bin = 1; bin < codebook.length / width; bin++) {
          System.arraycopy(codebook, bin / 3 * width, codebook, bin * width, width);
        }
      }
    },
    /** Columns of very different size. */
    UNEVEN_COLUMNS {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        for (float[] values : List.of(x, codebook)) {
          for (int i = 0; i < values.length; i++) {
            values[i] *= (float) Math.exp(6 * random.nextGaussian());
          }
        }
      }
    },
    /** Rows and codes of every size, with squares that leave the range of fp32. */
    UNEVEN_ROWS {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        scaleRows(x, width, random, -44, 36);
        scaleRows(codebook, width, random, -44, 15);
      }
    },
    UNEVEN_SMALL {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        scaleRows(x, width, random, -44, -10);
        scaleRows(codebook, width, random, -30, -15);
      }
    },
    SUBNORMAL_SQUARES {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        scaleRows(x, width, random, -21, -20);
        scaleRows(codebook, width, random, -22, -21);
      }
    },
    SUBNORMAL {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        scaleRows(x, width, random, -41, -38);
        scaleRows(codebook, width, random, -41, -38);
      }
    },
    HUGE {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        scaleRows(x, width, random, 15, 37);
        scaleRows(codebook, width, random, 15, 37);
      }
    },
    NUMBERS_THAT_ARE_NONE {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        float[] none = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        for (int i = 0; i < x.length / width; i += 3) {
          x[i * width + random.nextInt(width)] = none[i / 3 % none.length];
        }
        codebook[random.nextInt(codebook.length)] = Float.NaN;
      }
    },
    A_CODE_WITHOUT_END {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        codebook[random.nextInt(codebook.length)] = Float.NEGATIVE_INFINITY;
      }
    },
    ZEROS {
      @Override
      void change(float[] x, float[] codebook, int width, Random random) {
        Arrays.fill(x, 0, x.length / 2, 0);
        Arrays.fill(codebook, codebook.length / 3, codebook.length / 3 * 2, -0f);
      }
    };

    abstract void change(float[] x, float[] codebook, int width, Random random);

    private static void scaleRows(float[] values, int width, Random random, int least, int most) {
      for (int row = 0; row < values.length / width; row++) {
        double scale = Math.pow(10, least + (most - least) * random.nextDouble());
        for (int c = 0; c < width; c++) {
          values[row * width + c] = (float) (values[row * width + c] * scale);
        }
      }
    }
  }

  private record HardCase(Hard hard, int rows, int width, int bins) {}

  private static List<HardCase> hardCases() {
    List<HardCase> cases = new ArrayList<>();
    for (Hard hard : Hard.values()) {
      cases.add(new HardCase(hard, 70, 5, 130));
      cases.add(new HardCase(hard, 300, 64, 500));
      cases.add(new HardCase(hard, 40, 66, 70));
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> hardValuesOnTheDeviceAreDecidedAsInPlainJava() {
    return TestBackends.each(
        hardCases(),
        (backend, one) -> {
          if (!backend.name().startsWith("cuda")) {
            return;
          }
          float[] x = Numbers.random(1, one.rows * one.width, 1);
          float[] codebook = Numbers.random(2, one.bins * one.width, 1);
          one.hard.change(x, codebook, one.width, new Random(3));
          int[] got = nearest(backend, x, codebook, one.width);
          try (Backend java = TestBackends.open("java", 2)) {
            assertArrayEquals(nearest(java, x, codebook, one.width), got);
          }
        });
  }

  private static int[] nearest(Backend backend, float[] x, float[] codebook, int width) {
    try (Arena arena = backend.arena()) {
      int rows = x.length / width;
      Tensor codes = arena.tensor(DType.I32, rows);
      backend
          .codebook()
          .nearest(
              Guarded.of(backend, arena, x, rows, width),
              Guarded.of(backend, arena, codebook, codebook.length / width, width),
              codes);
      return backend.downloadInts(codes);
    }
  }
}
