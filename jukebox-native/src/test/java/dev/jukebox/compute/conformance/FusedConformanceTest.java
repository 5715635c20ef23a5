package dev.jukebox.compute.conformance;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ComposedOps;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.FusedOps;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.NormWeight;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Fused operations of every backend give the bits of its single ones. */
class FusedConformanceTest {

  private record Case(int rows, int in, int out, DType storage) {}

  /**
   * Rows around the numbers at which a backend may change its way, inputs around those of norms.
   */
  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (DType storage : List.of(DType.F32, DType.F16, DType.BF16, DType.I8)) {
      for (int rows : new int[] {1, 2, 3, 8, 9, 17, 33}) {
        cases.add(new Case(rows, 257, 35, storage));
      }
      cases.add(new Case(1, 1, 1, storage));
      cases.add(new Case(5, 64, 150, storage));
      cases.add(new Case(3, 1100, 16, storage));
      cases.add(new Case(70, 40, 24, storage));
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> normLinearIsNormThenLinear() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          for (Activation activation : Activation.values()) {
            float[] fused = normLinear(backend, backend.fused(), one, activation);
            float[] single = normLinear(backend, new ComposedOps(backend), one, activation);
            Numbers.sameBits(single, fused, one + " " + activation);
          }
        });
  }

  private static float[] normLinear(
      Backend backend, FusedOps ops, Case one, Activation activation) {
    try (Arena arena = backend.arena()) {
      Tensor gain = Guarded.of(backend, arena, Numbers.random(6, one.in, 1), one.in);
      Tensor shift = Guarded.of(backend, arena, Numbers.random(7, one.in, 1), one.in);
      Guarded normed = new Guarded(backend, arena, one.rows, one.in);
      Guarded y = new Guarded(backend, arena, one.rows, one.out);
      ops.normLinear(
          new NormWeight(gain, shift, 1e-5f),
          weight(backend, arena, one),
          Guarded.of(backend, arena, Numbers.random(8, one.rows * one.in, 3), one.rows, one.in),
          normed.tensor(),
          activation,
          y.tensor());
      return y.values();
    }
  }

  @TestFactory
  Stream<DynamicTest> linearInterpolateIsLinearThenInterpolate() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          for (boolean inPlace : new boolean[] {false, true}) {
            float[] fused = interpolate(backend, backend.fused(), one, inPlace);
            float[] single = interpolate(backend, new ComposedOps(backend), one, inPlace);
            Numbers.sameBits(single, fused, one + (inPlace ? " in place" : ""));
          }
        });
  }

  private static float[] interpolate(Backend backend, FusedOps ops, Case one, boolean inPlace) {
    try (Arena arena = backend.arena()) {
      int size = one.rows * one.out;
      Guarded y = new Guarded(backend, arena, one.rows, one.out);
      float[] values = Numbers.random(9, size, 1);
      Tensor base = y.tensor();
      if (inPlace) {
        backend.upload(base, values);
      } else {
        base = Guarded.of(backend, arena, values, one.rows, one.out);
      }
      ops.linearInterpolate(
          weight(backend, arena, one),
          Guarded.of(backend, arena, Numbers.random(8, one.rows * one.in, 1), one.rows, one.in),
          Guarded.of(backend, arena, Numbers.random(5, size, 1), one.rows, one.out),
          base,
          0.3f,
          y.tensor());
      return y.values();
    }
  }

  private static LinearWeight weight(Backend backend, Arena arena, Case one) {
    float[] values = Numbers.random(1, one.in * one.out, 1 / Math.sqrt(one.in));
    Tensor weight = Guarded.of(backend, arena, values, one.in, one.out);
    Tensor bias = Guarded.of(backend, arena, Numbers.random(2, one.out, 1), one.out);
    return backend.linear().pack(weight, false, Optional.of(bias), one.storage, arena);
  }
}
