package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.ActivationOps;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Single-element functions of every backend that trains against their definitions. */
class ActivationConformanceTest {
  private static final List<Integer> SIZES =
      List.of(0, 1, 3, 4, 15, 16, 17, 33, 1000, 16383, 16385, 200003);

  /** What one element becomes. */
  private interface Expected {
    double of(int i);
  }

  private static void near(float[] got, Expected expected) {
    for (int i = 0; i < got.length; i++) {
      double truth = expected.of(i);
      assertEquals(truth, got[i], 2e-6 * Math.max(Math.abs(truth), 1), "element " + i);
    }
  }

  private static void exact(float[] got, Expected expected) {
    for (int i = 0; i < got.length; i++) {
      assertEquals((float) expected.of(i), got[i], "element " + i);
    }
  }

  private static Guarded holding(Backend backend, Arena arena, float[] values) {
    Guarded guarded = new Guarded(backend, arena, values.length);
    backend.upload(guarded.tensor(), values);
    return guarded;
  }

  @TestFactory
  Stream<DynamicTest> sumsAndMultiplesFollowTheDefinition() {
    return TestBackends.eachTraining(
        SIZES,
        (backend, size) -> {
          ActivationOps ops = backend.training().activation();
          float[] a = Numbers.random(1, size, 3);
          float[] b = Numbers.random(2, size, 3);
          try (Arena arena = backend.arena()) {
            Tensor x = Guarded.of(backend, arena, a, size);
            Guarded y = new Guarded(backend, arena, size);
            ops.fill(y.tensor(), 0.3f);
            exact(y.values(), i -> 0.3f);
            ops.scale(x, 1.7f, false, y.tensor());
            exact(y.values(), i -> 1.7f * a[i]);
            backend.upload(y.tensor(), b);
            ops.scale(x, -1.7f, true, y.tensor());
            float[] sums = y.values();
            for (int i = 0; i < size; i++) {
              double bound = 2e-7 * (Math.abs(b[i]) + 2 * Math.abs(a[i]));
              assertEquals(b[i] - (double) 1.7f * a[i], sums[i], bound, "element " + i);
            }
            backend.upload(y.tensor(), b);
            ops.scale(y.tensor(), 0.5f, false, y.tensor());
            exact(y.values(), i -> 0.5f * b[i]);
            ops.scale(y.tensor(), 3, true, y.tensor());
            exact(y.values(), i -> 2 * b[i]);
            backend.upload(y.tensor(), b);
            ops.add(x, y.tensor(), y.tensor());
            exact(y.values(), i -> a[i] + b[i]);
            backend.upload(y.tensor(), b);
            ops.add(y.tensor(), x, y.tensor());
            exact(y.values(), i -> b[i] + a[i]);
          }
        });
  }

  private static double gelu(double x) {
    return x / (1 + Math.exp(-1.702 * x));
  }

  private static double slope(double x) {
    double h = 1e-5;
    return (gelu(x + h) - gelu(x - h)) / (2 * h);
  }

  @TestFactory
  Stream<DynamicTest> quickGeluAndItsGradientFollowTheDefinition() {
    return TestBackends.eachTraining(
        SIZES,
        (backend, size) -> {
          ActivationOps ops = backend.training().activation();
          float[] a = Numbers.random(1, size, 4);
          float[] b = Numbers.random(2, size, 1);
          if (size > 20) {
            a[0] = 0;
            a[1] = 60;
            a[17] = -60;
            a[18] = 1e30f;
            a[19] = -1e30f;
          }
          try (Arena arena = backend.arena()) {
            Tensor x = Guarded.of(backend, arena, a, size);
            Guarded y = new Guarded(backend, arena, size);
            ops.quickGelu(x, y.tensor());
            near(y.values(), i -> gelu(a[i]));
            Tensor dy = Guarded.of(backend, arena, b, size);
            ops.quickGeluGradient(x, dy, y.tensor());
            near(y.values(), i -> b[i] * trueSlope(a[i]));
            Guarded inPlace = holding(backend, arena, b);
            ops.quickGeluGradient(x, inPlace.tensor(), inPlace.tensor());
            Numbers.sameBits(y.values(), inPlace.values(), "in place");
          }
        });
  }

  private static double trueSlope(double x) {
    return Math.abs(x) > 50 ? (x > 0 ? 1 : 0) : slope(x);
  }

  @TestFactory
  Stream<DynamicTest> gradientsPassWhereTheInputIsAboveZero() {
    return TestBackends.eachTraining(
        SIZES,
        (backend, size) -> {
          ActivationOps ops = backend.training().activation();
          float[] a = Numbers.random(1, size, 1);
          for (int i = 0; i < size; i += 5) {
            a[i] = i % 2 == 0 ? 0f : -0f;
          }
          float[] b = Numbers.random(2, size, 1);
          float[] c = Numbers.random(3, size, 1);
          try (Arena arena = backend.arena()) {
            Tensor x = Guarded.of(backend, arena, a, size);
            Tensor dy = Guarded.of(backend, arena, b, size);
            Guarded dx = new Guarded(backend, arena, size);
            ops.reluGradient(x, dy, false, dx.tensor());
            exact(dx.values(), i -> a[i] > 0 ? b[i] : 0);
            backend.upload(dx.tensor(), c);
            ops.reluGradient(x, dy, true, dx.tensor());
            exact(dx.values(), i -> a[i] > 0 ? c[i] + b[i] : c[i]);
          }
        });
  }

  /** A value that is no number comes through, so that the overflow is seen in the norm. */
  @TestFactory
  Stream<DynamicTest> noNumberIsHidden() {
    return TestBackends.eachTraining(
        List.of(1, 16, 21),
        (backend, size) -> {
          ActivationOps ops = backend.training().activation();
          float[] ones = new float[size];
          Arrays.fill(ones, 1);
          float[] bad = ones.clone();
          bad[size - 1] = Float.NaN;
          try (Arena arena = backend.arena()) {
            Tensor x = Guarded.of(backend, arena, ones, size);
            Tensor nan = Guarded.of(backend, arena, bad, size);
            Guarded y = new Guarded(backend, arena, size);
            ops.quickGelu(nan, y.tensor());
            assertTrue(Float.isNaN(y.values()[size - 1]));
            ops.quickGeluGradient(x, nan, y.tensor());
            assertTrue(Float.isNaN(y.values()[size - 1]));
            ops.reluGradient(x, nan, false, y.tensor());
            assertTrue(Float.isNaN(y.values()[size - 1]));
          }
        });
  }

  private record Rows(int count, int width) {}

  private static final List<Rows> ROWS =
      List.of(
          new Rows(1, 1),
          new Rows(5, 3),
          new Rows(0, 4),
          new Rows(3, 0),
          new Rows(1000, 17),
          new Rows(4099, 33),
          new Rows(30001, 1),
          new Rows(300, 1100),
          new Rows(2, 70001));

  @TestFactory
  Stream<DynamicTest> rowsAreSummed() {
    return TestBackends.eachTraining(
        ROWS,
        (backend, rows) -> {
          float[] x = Numbers.random(1, rows.count * rows.width, 1);
          float[] start = Numbers.random(2, rows.width, 1);
          float[] plain = start.clone();
          double[] truth = new double[rows.width];
          for (int j = 0; j < rows.width; j++) {
            truth[j] = start[j];
          }
          for (int i = 0; i < x.length; i++) {
            plain[i % rows.width] += x[i];
            truth[i % rows.width] += x[i];
          }
          float[] got = sums(backend, rows, x, start);
          Numbers.close(got, plain, truth);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(got, sums(other, rows, x, start), threads + " threads");
            }
          }
        });
  }

  private static float[] sums(Backend backend, Rows rows, float[] x, float[] start) {
    try (Arena arena = backend.arena()) {
      Guarded sums = new Guarded(backend, arena, rows.width);
      backend.upload(sums.tensor(), start);
      backend
          .training()
          .activation()
          .sumRows(Guarded.of(backend, arena, x, rows.count, rows.width), sums.tensor());
      return sums.values();
    }
  }

  @TestFactory
  Stream<DynamicTest> operandsThatDoNotFitAreRefused() {
    return TestBackends.eachTraining(
        List.of(6),
        (backend, size) -> {
          try (Arena arena = backend.arena()) {
            ActivationOps ops = backend.training().activation();
            Tensor x = arena.tensor(DType.F32, size);
            Tensor codes = arena.tensor(DType.I32, size);
            Tensor longer = arena.tensor(DType.F32, size + 1);
            refused(() -> ops.fill(codes, 0));
            refused(() -> ops.scale(x, 1, false, longer));
            refused(() -> ops.add(x, longer, x));
            refused(() -> ops.quickGelu(x, codes));
            refused(() -> ops.quickGeluGradient(x, longer, x));
            refused(() -> ops.reluGradient(x, x, false, longer));
            refused(() -> ops.sumRows(x, longer));
          }
        });
  }

  private static void refused(Runnable call) {
    String message = assertThrows(ComputeException.class, call::run).getMessage();
    assertTrue(message.contains("expected"), message);
  }
}
