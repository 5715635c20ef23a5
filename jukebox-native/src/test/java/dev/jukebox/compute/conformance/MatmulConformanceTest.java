package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.MatmulOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Matrix products of every backend that trains against double precision. */
class MatmulConformanceTest {

  private record Case(int m, int k, int n, boolean transposeA, boolean transposeB, boolean add) {}

  private static final int[][] SIZES = {
    {1, 1, 1},
    {1, 7, 3},
    {3, 1, 5},
    {2, 3, 1},
    {5, 17, 31},
    {6, 64, 16},
    {7, 33, 32},
    {12, 16, 64},
    {13, 65, 33},
    {31, 129, 17},
    {48, 50, 96},
    {65, 300, 130},
    {1, 2000, 40},
    {40, 5, 2000},
    {700, 9, 11},
    {260, 400, 19},
    {8, 513, 8},
    {64, 0, 4},
    {0, 4, 4},
    {4, 4, 0}
  };

  private static final int[][] DEEP = {{3, 5000, 5}, {32, 9001, 33}, {64, 4096, 128}};

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int form = 0; form < 8; form++) {
      for (int[] size : SIZES) {
        cases.add(of(size, form));
      }
    }
    for (int[] size : DEEP) {
      cases.add(of(size, 5));
      cases.add(of(size, 0));
    }
    return cases;
  }

  private static Case of(int[] size, int form) {
    return new Case(size[0], size[1], size[2], (form & 1) > 0, (form & 2) > 0, (form & 4) > 0);
  }

  /** The operands of a case; elements are found by their logical place. */
  private static final class Data {
    private final Case one;
    private final float[] a;
    private final float[] b;
    private final float[] c;
    private final float[] bias;

    Data(Case one) {
      this.one = one;
      this.a = Numbers.random(1, one.m * one.k, 1);
      this.b = Numbers.random(2, one.k * one.n, 1 / Math.sqrt(Math.max(1, one.k)));
      this.c = Numbers.random(3, one.m * one.n, 1);
      this.bias = Numbers.random(4, one.n, 1);
    }

    private float a(int i, int p) {
      return a[one.transposeA ? p * one.m + i : i * one.k + p];
    }

    private float b(int p, int j) {
      return b[one.transposeB ? j * one.k + p : p * one.n + j];
    }

    double[] truth(float[] start, boolean add) {
      double[] result = new double[one.m * one.n];
      for (int i = 0; i < one.m; i++) {
        for (int j = 0; j < one.n; j++) {
          double sum = add ? start[(i * one.n + j) % start.length] : 0;
          for (int p = 0; p < one.k; p++) {
            sum += (double) a(i, p) * b(p, j);
          }
          result[i * one.n + j] = sum;
        }
      }
      return result;
    }

    float[] plain(float[] start, boolean add) {
      float[] result = new float[one.m * one.n];
      for (int i = 0; i < one.m; i++) {
        for (int j = 0; j < one.n; j++) {
          float sum = 0;
          for (int p = 0; p < one.k; p++) {
            sum += a(i, p) * b(p, j);
          }
          result[i * one.n + j] = sum + (add ? start[(i * one.n + j) % start.length] : 0);
        }
      }
      return result;
    }

    float[] multiply(Backend backend) {
      try (Arena arena = backend.arena()) {
        long[] left = one.transposeA ? new long[] {one.k, one.m} : new long[] {one.m, one.k};
        long[] right = one.transposeB ? new long[] {one.n, one.k} : new long[] {one.k, one.n};
        Guarded result = new Guarded(backend, arena, one.m, one.n);
        if (one.add) {
          backend.upload(result.tensor(), c);
        }
        backend
            .training()
            .matmul()
            .multiply(
                Guarded.of(backend, arena, a, left),
                one.transposeA,
                Guarded.of(backend, arena, b, right),
                one.transposeB,
                one.add,
                result.tensor());
        return result.values();
      }
    }

    float[] linear(Backend backend) {
      try (Arena arena = backend.arena()) {
        Guarded result = new Guarded(backend, arena, one.m, one.n);
        backend
            .training()
            .matmul()
            .linear(
                Guarded.of(backend, arena, a, one.m, one.k),
                Guarded.of(backend, arena, b, one.k, one.n),
                Guarded.of(backend, arena, bias, one.n),
                result.tensor());
        return result.values();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> productsAreAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          Data data = new Data(one);
          Numbers.close(
              data.multiply(backend), data.plain(data.c, one.add), data.truth(data.c, one.add));
        });
  }

  @TestFactory
  Stream<DynamicTest> linearLayersAreAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        Stream.concat(Stream.of(SIZES), Stream.of(DEEP)).map(size -> of(size, 0)).toList(),
        (backend, one) -> {
          Data data = new Data(one);
          Numbers.close(
              data.linear(backend), data.plain(data.bias, true), data.truth(data.bias, true));
        });
  }

  @TestFactory
  Stream<DynamicTest> threadsDoNotChangeBits() {
    List<Case> cases = new ArrayList<>();
    for (int form = 0; form < 8; form++) {
      cases.add(of(new int[] {200, 300, 170}, form));
      cases.add(of(new int[] {33, 8000, 40}, form));
      cases.add(of(new int[] {3000, 40, 20}, form));
    }
    return TestBackends.eachTraining(
        cases,
        (backend, one) -> {
          Data data = new Data(one);
          float[] expected = data.multiply(backend);
          float[] expectedLinear = data.linear(backend);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(expected, data.multiply(other), threads + " threads");
              Numbers.sameBits(expectedLinear, data.linear(other), threads + " threads, linear");
            }
          }
        });
  }

  /** y = x·W; the loss is a weighted sum of y, whose differences are exact up to rounding. */
  @TestFactory
  Stream<DynamicTest> gradientsAreDifferencesOfTheLoss() {
    return TestBackends.eachTraining(
        List.of(new Case(5, 7, 3, false, false, false), new Case(18, 9, 21, false, false, false)),
        (backend, one) -> {
          Data data = new Data(one);
          float[] dy = Numbers.random(9, one.m * one.n, 1);
          try (Arena arena = backend.arena()) {
            MatmulOps ops = backend.training().matmul();
            Tensor x = Guarded.of(backend, arena, data.a, one.m, one.k);
            Tensor w = Guarded.of(backend, arena, data.b, one.k, one.n);
            Tensor gradient = Guarded.of(backend, arena, dy, one.m, one.n);
            Guarded dx = new Guarded(backend, arena, one.m, one.k);
            Guarded dw = new Guarded(backend, arena, one.k, one.n);
            backend.upload(dw.tensor(), new float[one.k * one.n]);
            ops.multiply(gradient, false, w, true, false, dx.tensor());
            ops.multiply(x, true, gradient, false, true, dw.tensor());
            near(differences(data, data.a, dy), dx.values());
            near(differences(data, data.b, dy), dw.values());
          }
        });
  }

  private static void near(double[] expected, float[] got) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], got[i], 1e-4, "element " + i);
    }
  }

  private static double[] differences(Data data, float[] values, float[] dy) {
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      float kept = values[i];
      values[i] = kept + 0.25f;
      double above = values[i];
      double lossAbove = loss(data, dy);
      values[i] = kept - 0.25f;
      differences[i] = (lossAbove - loss(data, dy)) / (above - values[i]);
      values[i] = kept;
    }
    return differences;
  }

  private static double loss(Data data, float[] dy) {
    double[] y = data.truth(data.c, false);
    double loss = 0;
    for (int i = 0; i < y.length; i++) {
      loss += y[i] * dy[i];
    }
    return loss;
  }

  @TestFactory
  Stream<DynamicTest> operandsThatDoNotFitAreRefused() {
    return TestBackends.eachTraining(
        List.of(4),
        (backend, size) -> {
          try (Arena arena = backend.arena()) {
            MatmulOps ops = backend.training().matmul();
            Tensor a = arena.tensor(DType.F32, 2, size);
            Tensor b = arena.tensor(DType.F32, size, 3);
            Tensor c = arena.tensor(DType.F32, 2, 3);
            Tensor bias = arena.tensor(DType.F32, 3);
            Tensor longer = arena.tensor(DType.F32, 3, 3);
            refused(() -> ops.multiply(a, true, b, false, false, c), "b");
            refused(() -> ops.multiply(a, false, b, true, false, c), "transposed b");
            refused(() -> ops.multiply(a, false, b, false, false, longer), "c is F32[3, 3]");
            refused(() -> ops.multiply(longer, false, longer, false, false, longer), "apart");
            refused(() -> ops.linear(a, b, longer, c), "bias");
            refused(() -> ops.linear(a, b, bias, longer), "y is F32[3, 3]");
            refused(() -> ops.linear(longer, longer, bias, longer), "apart");
          }
        });
  }

  private static void refused(Runnable call, String what) {
    String message = assertThrows(ComputeException.class, call::run).getMessage();
    assertTrue(message.contains(what), message);
  }
}
