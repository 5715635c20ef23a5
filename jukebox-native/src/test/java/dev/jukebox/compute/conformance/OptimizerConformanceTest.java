package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Adam and gradient norms of every backend, judged by their definition in double precision. */
class OptimizerConformanceTest {
  private static final int[] SIZES = {1, 3, 4, 1000, 8191, 8192, 8195, 70000};
  private static final int STEPS = 4;
  private static final double LOSS_SCALE = 65536;
  private static final double LARGEST_HALF = 65504;

  private record Case(boolean aligned, boolean averaged, double decay, double clip) {}

  private static final List<Case> CASES =
      List.of(
          new Case(true, false, 0, 1),
          new Case(false, true, 0, 1),
          new Case(true, true, 0.01, 1.7),
          new Case(false, false, 0.01, 1.7));

  private static AdamSettings settings(Case one, int step) {
    return new AdamSettings(0.003, 0.9, 0.999, 1e-8, one.decay, step, LOSS_SCALE * one.clip, 0.99);
  }

  /** Gradients as a backward pass gives them: times the loss scale, and of another size in each. */
  private static float[] gradient(int tensor, int step, int size) {
    return Numbers.random(1000L * step + tensor, size, 0.01 * LOSS_SCALE * (1 + tensor));
  }

  private static List<AdamFixture> fixtures(
      Backend backend, Arena arena, Case one, boolean halves) {
    List<AdamFixture> fixtures = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++) {
      AdamFixture fixture =
          new AdamFixture(backend, arena, SIZES[i], one.aligned, halves, one.averaged);
      fixture.parameter(Numbers.random(i, SIZES[i], 0.5));
      fixtures.add(fixture);
    }
    return fixtures;
  }

  private static ParameterGroup group(Backend backend, Arena arena, List<AdamFixture> fixtures) {
    return backend.optimizer().group(fixtures.stream().map(AdamFixture::tensors).toList(), arena);
  }

  @TestFactory
  Stream<DynamicTest> stepsFollowTheDefinition() {
    return TestBackends.each(
        CASES,
        (backend, one) -> {
          try (Arena arena = backend.arena()) {
            List<AdamFixture> fixtures = fixtures(backend, arena, one, false);
            ParameterGroup group = group(backend, arena, fixtures);
            for (int step = 1; step <= STEPS; step++) {
              for (int i = 0; i < SIZES.length; i++) {
                fixtures.get(i).gradient(gradient(i, step, SIZES[i]));
              }
              backend.optimizer().adam(settings(one, step), group);
            }
            for (int i = 0; i < SIZES.length; i++) {
              AdamReference truth = new AdamReference(Numbers.random(i, SIZES[i], 0.5));
              AdamPlain plain = new AdamPlain(Numbers.random(i, SIZES[i], 0.5));
              for (int step = 1; step <= STEPS; step++) {
                truth.step(settings(one, step), gradient(i, step, SIZES[i]));
                plain.step(settings(one, step), gradient(i, step, SIZES[i]));
              }
              AdamFixture got = fixtures.get(i);
              Numbers.close(got.parameter(), plain.p, truth.p);
              Numbers.close(got.first(), plain.m, truth.m);
              Numbers.close(got.second(), plain.v, truth.v);
              if (one.averaged) {
                Numbers.close(got.average(), plain.a, truth.a);
              }
            }
          }
        });
  }

  /** Each step from the state that is stored: what rounding to halves costs must not add up. */
  @TestFactory
  Stream<DynamicTest> scaledHalvesFollowTheDefinition() {
    return TestBackends.each(
        CASES,
        (backend, one) -> {
          try (Arena arena = backend.arena()) {
            List<AdamFixture> fixtures = fixtures(backend, arena, one, true);
            ParameterGroup group = group(backend, arena, fixtures);
            for (int step = 1; step <= STEPS; step++) {
              List<AdamReference> truths = new ArrayList<>();
              List<AdamPlain> plains = new ArrayList<>();
              for (int i = 0; i < SIZES.length; i++) {
                AdamFixture fixture = fixtures.get(i);
                float[] gradient = gradient(i, step, SIZES[i]);
                fixture.gradient(gradient);
                float[] average = one.averaged ? fixture.average() : new float[SIZES[i]];
                truths.add(
                    new AdamReference(
                        fixture.parameter(), fixture.first(), fixture.second(), average));
                plains.add(
                    new AdamPlain(fixture.parameter(), fixture.first(), fixture.second(), average));
                truths.get(i).step(settings(one, step), gradient);
                plains.get(i).step(settings(one, step), gradient);
              }
              backend.optimizer().adam(settings(one, step), group);
              for (int i = 0; i < SIZES.length; i++) {
                AdamFixture got = fixtures.get(i);
                Numbers.close(got.parameter(), plains.get(i).p, truths.get(i).p);
                if (one.averaged) {
                  Numbers.close(got.average(), plains.get(i).a, truths.get(i).a);
                }
                halvesAreNear(got.first(), got.scales()[0], truths.get(i).m);
                halvesAreNear(got.second(), got.scales()[1], truths.get(i).v);
              }
            }
          }
        });
  }

  /** The scale belongs to the largest, and each element is the nearest half. */
  private static void halvesAreNear(float[] got, float scale, double[] truth) {
    double largest = Arrays.stream(truth).map(Math::abs).max().orElseThrow();
    double expected = largest / LARGEST_HALF + 1e-8;
    assertEquals(expected, scale, 1e-6 * expected);
    for (int i = 0; i < truth.length; i++) {
      double bound = Math.abs(truth[i]) * (0x1p-11 + 1e-6) + 0x1p-25 * scale + 1e-6 * largest;
      assertEquals(truth[i], got[i], bound, "moment " + i);
    }
  }

  @TestFactory
  Stream<DynamicTest> aSecondRunHasTheSameBits() {
    return TestBackends.each(
        List.of(false, true),
        (backend, halves) -> {
          List<float[]> results = new ArrayList<>();
          for (int run = 0; run < 2; run++) {
            try (Arena arena = backend.arena()) {
              List<AdamFixture> fixtures = fixtures(backend, arena, CASES.get(2), halves);
              ParameterGroup group = group(backend, arena, fixtures);
              Tensor norm = arena.tensor(DType.F32, 2);
              for (int step = 1; step <= STEPS; step++) {
                for (int i = 0; i < SIZES.length; i++) {
                  fixtures.get(i).gradient(gradient(i, step, SIZES[i]));
                }
                backend.optimizer().gradientNorm(group, norm);
                results.add(backend.downloadFloats(norm));
                backend.optimizer().adam(settings(CASES.get(2), step), group);
              }
              for (AdamFixture fixture : fixtures) {
                results.add(fixture.parameter());
                results.add(fixture.first());
                results.add(fixture.second());
              }
            }
          }
          int half = results.size() / 2;
          for (int i = 0; i < half; i++) {
            Numbers.sameBits(results.get(i), results.get(half + i), "result " + i);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> theNormIsThatOfAllGradients() {
    return TestBackends.each(
        List.of(1e-30, 1.0, 1e15, 1e30),
        (backend, magnitude) -> {
          for (Case one : CASES) {
            try (Arena arena = backend.arena()) {
              List<AdamFixture> fixtures = fixtures(backend, arena, one, false);
              double squares = 0;
              for (int i = 0; i < SIZES.length; i++) {
                float[] gradient = Numbers.random(i, SIZES[i], magnitude);
                for (float value : gradient) {
                  squares += (double) value * value;
                }
                fixtures.get(i).gradient(gradient);
              }
              float[] got = norm(backend, arena, group(backend, arena, fixtures));
              assertEquals(1, got[0] / Math.sqrt(squares), 1e-6);
              assertEquals(0, got[1]);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> oneBadElementIsAnOverflow() {
    return TestBackends.each(
        List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY),
        (backend, bad) -> {
          for (int tensor : new int[] {0, 3, SIZES.length - 1}) {
            for (int place : new int[] {0, SIZES[tensor] / 2, SIZES[tensor] - 1}) {
              try (Arena arena = backend.arena()) {
                List<AdamFixture> fixtures = fixtures(backend, arena, CASES.get(0), false);
                for (int i = 0; i < SIZES.length; i++) {
                  float[] gradient = gradient(i, 1, SIZES[i]);
                  if (i == tensor) {
                    gradient[place] = bad;
                  }
                  fixtures.get(i).gradient(gradient);
                }
                float[] got = norm(backend, arena, group(backend, arena, fixtures));
                assertEquals(1, got[1]);
                assertTrue(!Float.isFinite(got[0]), "norm " + got[0]);
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> groupsMayBeEmptyButNotUnfit() {
    return TestBackends.each(
        List.of(5),
        (backend, size) -> {
          OptimizerOps optimizer = backend.optimizer();
          try (Arena arena = backend.arena()) {
            ParameterGroup empty = optimizer.group(List.of(), arena);
            optimizer.adam(settings(CASES.get(0), 1), empty);
            assertEquals(0, norm(backend, arena, empty)[0]);
            Tensor fits = arena.tensor(DType.F32, size);
            Tensor longer = arena.tensor(DType.F32, size + 1);
            Tensor halves = arena.tensor(DType.F16, size);
            Optional<Tensor> none = Optional.empty();
            for (AdamTensors unfit :
                List.of(
                    new AdamTensors(fits, longer, fits, fits, none, none),
                    new AdamTensors(fits, fits, halves, halves, none, none),
                    new AdamTensors(fits, fits, fits, fits, Optional.of(longer), none),
                    new AdamTensors(fits, fits, fits, fits, none, Optional.of(longer)))) {
              assertThrows(ComputeException.class, () -> optimizer.group(List.of(unfit), arena));
            }
          }
          ParameterGroup gone;
          try (Arena arena = backend.arena()) {
            gone = group(backend, arena, fixtures(backend, arena, CASES.get(0), false));
          }
          assertThrows(
              ComputeException.class, () -> optimizer.adam(settings(CASES.get(0), 1), gone));
        });
  }

  @Test
  void settingsOutsideTheirRangesAreRefused() {
    assertThrows(InvalidInputException.class, () -> settings(CASES.get(0), 0));
    assertThrows(InvalidInputException.class, () -> new AdamSettings(1, 0.9, 1, 1e-8, 0, 1, 1, 0));
    assertThrows(
        InvalidInputException.class, () -> new AdamSettings(1, 0.9, 0.9, 1e-8, 0, 1, 0, 0));
    assertThrows(
        InvalidInputException.class,
        () -> new AdamSettings(Double.NaN, 0.9, 0.9, 1e-8, 0, 1, 1, 0));
  }

  private static float[] norm(Backend backend, Arena arena, ParameterGroup group) {
    Tensor result = arena.tensor(DType.F32, 2);
    backend.optimizer().gradientNorm(group, result);
    return backend.downloadFloats(result);
  }
}
