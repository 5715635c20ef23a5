package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Linear layers where backends multiply in different ways: few rows and many, numbers of any size.
 */
class LinearRegimesConformanceTest {
  private static final List<DType> STORAGES = List.of(DType.F32, DType.F16, DType.BF16, DType.I8);

  private record Case(int rows, int in, int out, DType storage) {}

  @TestFactory
  Stream<DynamicTest> theFirstRowsHaveTheSameBitsWhateverFollows() {
    List<Case> cases = new ArrayList<>();
    for (DType storage : STORAGES) {
      cases.add(new Case(130, 300, 70, storage));
      cases.add(new Case(34, 3000, 20, storage));
    }
    return TestBackends.each(
        cases,
        (backend, one) -> {
          float[] x = Numbers.random(1, one.rows * one.in, 1);
          float[] weight = Numbers.random(2, one.in * one.out, 1 / Math.sqrt(one.in));
          float[] whole = multiply(backend, one, weight, x, one.rows);
          for (int rows : new int[] {1, 4, 5, 8, 9, 16, 17, 31, 32, 33, 64}) {
            if (rows <= one.rows) {
              Numbers.sameBits(
                  Arrays.copyOf(whole, rows * one.out),
                  multiply(backend, one, weight, x, rows),
                  rows + " rows");
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> aNumberThatIsNoneStaysInItsRow() {
    List<Case> cases = new ArrayList<>();
    for (DType storage : STORAGES) {
      for (int rows : new int[] {7, 20, 40}) {
        cases.add(new Case(rows, 200, 50, storage));
      }
    }
    return TestBackends.each(
        cases,
        (backend, one) -> {
          float[] x = Numbers.random(1, one.rows * one.in, 1);
          float[] weight = Numbers.random(2, one.in * one.out, 1);
          float[] clean = multiply(backend, one, weight, x, one.rows);
          for (float none : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] spoiled = x.clone();
            spoiled[5 * one.in + 150] = none;
            float[] y = multiply(backend, one, weight, spoiled, one.rows);
            for (int i = 0; i < y.length; i++) {
              if (i / one.out == 5) {
                assertFalse(Float.isFinite(y[i]), none + " gives " + y[i]);
              } else {
                assertEquals(clean[i], y[i], "element " + i + " with a " + none);
              }
            }
          }
        });
  }

  /** Rows of numbers that fp16 cannot hold, too large or too small. */
  @TestFactory
  Stream<DynamicTest> rowsOfAnySizeAreAsExact() {
    List<Case> cases = new ArrayList<>();
    for (DType storage : STORAGES) {
      cases.add(new Case(6, 150, 40, storage));
      cases.add(new Case(36, 150, 40, storage));
    }
    return TestBackends.each(
        cases,
        (backend, one) -> {
          float[] weight = Numbers.random(2, one.in * one.out, 1);
          float[] x = Numbers.random(1, one.rows * one.in, 1);
          float[] expected = multiply(backend, one, weight, x, one.rows);
          for (float size : new float[] {0x1p20f, 0x1p90f, 0x1p-20f, 0x1p-60f}) {
            float[] scaled = x.clone();
            for (int i = 0; i < scaled.length; i++) {
              scaled[i] *= size;
            }
            float[] y = multiply(backend, one, weight, scaled, one.rows);
            for (int i = 0; i < y.length; i++) {
              double got = y[i] / (double) size;
              assertTrue(
                  Math.abs(got - expected[i]) <= 1e-4, size + ": " + got + " for " + expected[i]);
            }
          }
        });
  }

  private static float[] multiply(Backend backend, Case one, float[] weight, float[] x, int rows) {
    try (Arena arena = backend.arena()) {
      Tensor w = Guarded.of(backend, arena, weight, one.in, one.out);
      LinearWeight packed = backend.linear().pack(w, false, Optional.empty(), one.storage, arena);
      float[] values = Arrays.copyOf(x, rows * one.in);
      Guarded y = new Guarded(backend, arena, rows, one.out);
      Tensor input = Guarded.of(backend, arena, values, rows, one.in);
      backend.linear().apply(packed, input, Activation.NONE, y.tensor());
      return y.values();
    }
  }
}
