package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Distance;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Losses and their gradients against their definitions. */
class LossConformanceTest {
  private record Entropy(int rows, int bins, double scale) {
    float[] logits() {
      return Numbers.random(1, rows * bins, scale);
    }

    float[] weights() {
      return Numbers.random(2, rows, 1);
    }

    int[] targets() {
      return new Random(3).ints(rows, 0, bins).toArray();
    }
  }

  private static List<Entropy> entropies() {
    List<Entropy> cases = new ArrayList<>();
    for (int bins : new int[] {1, 2, 15, 16, 17, 79, 300, 2127}) {
      cases.add(new Entropy(1, bins, 1));
      cases.add(new Entropy(7, bins, 3));
      cases.add(new Entropy(37, bins, 30));
    }
    return cases;
  }

  /** The cross-entropy of each row, or its gradient. */
  private static double[] entropy(Entropy one, double[] logits, boolean slope, boolean exact) {
    DoubleUnaryOperator round = exact ? Definition.EXACT : Definition.SINGLE;
    double[] result = new double[slope ? logits.length : one.rows];
    for (int r = 0; r < one.rows; r++) {
      int at = r * one.bins;
      int target = at + one.targets()[r];
      double most = Arrays.stream(logits, at, at + one.bins).max().orElseThrow();
      double sum = 0;
      for (int i = at; i < at + one.bins; i++) {
        sum = round.applyAsDouble(sum + round.applyAsDouble(Math.exp(logits[i] - most)));
      }
      if (!slope) {
        double log = round.applyAsDouble(Math.log(sum));
        result[r] = round.applyAsDouble(log - round.applyAsDouble(logits[target] - most));
        continue;
      }
      for (int i = at; i < at + one.bins; i++) {
        double probability = round.applyAsDouble(Math.exp(logits[i] - most) / sum);
        double d = round.applyAsDouble(probability - (i == target ? 1 : 0));
        result[i] = round.applyAsDouble(one.weights()[r] * d);
      }
    }
    return result;
  }

  private static Tensor ints(Backend backend, Arena arena, int... values) {
    Tensor tensor = arena.tensor(DType.I32, values.length);
    backend.upload(tensor, values);
    return tensor;
  }

  private static float[] losses(Backend backend, Entropy one) {
    try (Arena arena = backend.arena()) {
      Guarded losses = new Guarded(backend, arena, one.rows);
      Tensor logits = Guarded.of(backend, arena, one.logits(), one.rows, one.bins);
      backend
          .training()
          .loss()
          .crossEntropy(logits, ints(backend, arena, one.targets()), losses.tensor());
      return losses.values();
    }
  }

  private static float[] entropyGradient(Backend backend, Entropy one, boolean inPlace) {
    try (Arena arena = backend.arena()) {
      Guarded dLogits = new Guarded(backend, arena, one.rows, one.bins);
      Tensor logits = dLogits.tensor();
      if (inPlace) {
        backend.upload(logits, one.logits());
      } else {
        logits = Guarded.of(backend, arena, one.logits(), one.rows, one.bins);
      }
      backend
          .training()
          .loss()
          .crossEntropyGradient(
              logits,
              ints(backend, arena, one.targets()),
              Guarded.of(backend, arena, one.weights(), one.rows),
              dLogits.tensor());
      return dLogits.values();
    }
  }

  @TestFactory
  Stream<DynamicTest> crossEntropyIsAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        entropies(),
        (backend, one) -> {
          double[] logits = Definition.doubles(one.logits());
          Numbers.close(
              losses(backend, one),
              Definition.floats(entropy(one, logits, false, false)),
              entropy(one, logits, false, true),
              one.scale);
          float[] gradient = entropyGradient(backend, one, false);
          Numbers.close(
              gradient,
              Definition.floats(entropy(one, logits, true, false)),
              entropy(one, logits, true, true),
              1);
          Numbers.sameBits(gradient, entropyGradient(backend, one, true), "in place");
        });
  }

  @Test
  void definitionOfTheGradientIsTheSlope() {
    Entropy one = new Entropy(3, 7, 1);
    double[] logits = Definition.doubles(one.logits());
    double[] weights = Definition.doubles(one.weights());
    assertArrayEquals(
        Definition.slopes(at -> Definition.dot(weights, entropy(one, at, false, true)), logits),
        entropy(one, logits, true, true),
        1e-8);
  }

  @TestFactory
  Stream<DynamicTest> targetsOutsideTheBinsAreErrors() {
    return TestBackends.eachTraining(
        List.of(-1, 5),
        (backend, target) -> {
          try (Arena arena = backend.arena()) {
            Tensor logits = arena.tensor(DType.F32, 2, 5);
            Tensor losses = arena.tensor(DType.F32, 2);
            Tensor targets = ints(backend, arena, 0, target);
            var loss = backend.training().loss();
            ComputeException e =
                assertThrows(
                    ComputeException.class, () -> loss.crossEntropy(logits, targets, losses));
            assertTrue(e.getMessage().contains("target " + target + " of row 1"), e.getMessage());
            assertThrows(
                ComputeException.class,
                () -> loss.crossEntropyGradient(logits, targets, losses, logits));
          }
        });
  }

  private record Signals(Distance kind, int batch, int each, int k) {
    float[] target() {
      return Numbers.random(1, batch * each, 1);
    }

    float[] x() {
      return Numbers.random(2, batch * each, 1);
    }

    /** The differences that count, in fp32 so that equal ones are so for everyone. */
    int[] taken(int item) {
      IntStream all = IntStream.range(item * each, (item + 1) * each);
      if (kind != Distance.LINF) {
        return all.toArray();
      }
      float[] target = target();
      float[] x = x();
      return all.boxed()
          .sorted(Comparator.comparing(i -> -Math.abs(x[i] - target[i])))
          .limit(k)
          .mapToInt(i -> i)
          .toArray();
    }

    int count() {
      return kind == Distance.LINF ? k : each;
    }
  }

  private static List<Signals> signals() {
    List<Signals> cases = new ArrayList<>();
    for (int each : new int[] {1, 3, 16, 17, 4097, 9001}) {
      for (int batch : new int[] {1, 3}) {
        cases.add(new Signals(Distance.L1, batch, each, 0));
        cases.add(new Signals(Distance.L2, batch, each, 0));
        for (int k : new int[] {1, (each + 1) / 2, each}) {
          cases.add(new Signals(Distance.LINF, batch, each, k));
        }
      }
    }
    return cases;
  }

  private static double[] distances(Signals one, double[] x, DoubleUnaryOperator round) {
    float[] target = one.target();
    double[] result = new double[one.batch];
    for (int n = 0; n < one.batch; n++) {
      double sum = 0;
      for (int i : one.taken(n)) {
        double d = round.applyAsDouble(x[i] - target[i]);
        double term = one.kind == Distance.L1 ? Math.abs(d) : round.applyAsDouble(d * d);
        sum = round.applyAsDouble(sum + term);
      }
      result[n] = round.applyAsDouble(sum / one.count());
    }
    return result;
  }

  /** What dx held, and the gradient with weights −1, 0, 1. */
  private static double[] gradient(Signals one, DoubleUnaryOperator round) {
    float[] target = one.target();
    float[] x = one.x();
    double[] dx = Definition.doubles(Numbers.random(5, x.length, 1));
    for (int n = 0; n < one.batch; n++) {
      for (int i : one.taken(n)) {
        double d = round.applyAsDouble((double) x[i] - target[i]);
        double slope = one.kind == Distance.L1 ? Math.signum(d) : 2 * d;
        double term = round.applyAsDouble((n - 1.0) * slope / one.count());
        dx[i] = round.applyAsDouble(dx[i] + term);
      }
    }
    return dx;
  }

  private static float[] run(Backend backend, Signals one) {
    try (Arena arena = backend.arena()) {
      Guarded distances = new Guarded(backend, arena, one.batch);
      backend
          .training()
          .loss()
          .distance(
              one.kind,
              one.k,
              Guarded.of(backend, arena, one.target(), one.batch, one.each, 1),
              Guarded.of(backend, arena, one.x(), one.batch, one.each, 1),
              distances.tensor());
      return distances.values();
    }
  }

  private static float[] runGradient(Backend backend, Signals one) {
    try (Arena arena = backend.arena()) {
      Guarded dx = new Guarded(backend, arena, one.batch, one.each);
      backend.upload(dx.tensor(), Numbers.random(5, one.batch * one.each, 1));
      float[] weights = new float[one.batch];
      for (int n = 0; n < one.batch; n++) {
        weights[n] = n - 1;
      }
      backend
          .training()
          .loss()
          .distanceGradient(
              one.kind,
              one.k,
              Guarded.of(backend, arena, one.target(), one.batch, one.each),
              Guarded.of(backend, arena, one.x(), one.batch, one.each),
              Guarded.of(backend, arena, weights, one.batch),
              dx.tensor());
      return dx.values();
    }
  }

  @TestFactory
  Stream<DynamicTest> distancesAreAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        signals(),
        (backend, one) -> {
          double[] x = Definition.doubles(one.x());
          Numbers.close(
              run(backend, one),
              Definition.floats(distances(one, x, Definition.SINGLE)),
              distances(one, x, Definition.EXACT));
          Numbers.close(
              runGradient(backend, one),
              Definition.floats(gradient(one, Definition.SINGLE)),
              gradient(one, Definition.EXACT));
        });
  }

  @Test
  void definitionOfTheDistancesGradientIsTheSlope() {
    for (Distance kind : Distance.values()) {
      Signals one = new Signals(kind, 3, 9, 4);
      double[] x = Definition.doubles(one.x());
      float[] before = Numbers.random(5, x.length, 1);
      double[] slopes =
          Definition.slopes(
              at -> {
                double[] d = distances(one, at, Definition.EXACT);
                return d[2] - d[0];
              },
              x);
      double[] got = gradient(one, Definition.EXACT);
      for (int i = 0; i < got.length; i++) {
        assertEquals(slopes[i], got[i] - before[i], 1e-8, kind + " at " + i);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> threadsDoNotChangeBits() {
    return TestBackends.eachTraining(
        List.of(Distance.values()),
        (backend, kind) -> {
          Signals one = new Signals(kind, 3, 9001, 100);
          Entropy entropy = new Entropy(37, 300, 3);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(run(backend, one), run(other, one), "distance");
              Numbers.sameBits(runGradient(backend, one), runGradient(other, one), "gradient");
              Numbers.sameBits(losses(backend, entropy), losses(other, entropy), "losses");
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> amongEqualDifferencesTheFirstAreTaken() {
    return TestBackends.eachTraining(
        List.of(1, 2, 3, 4),
        (backend, k) -> {
          try (Arena arena = backend.arena()) {
            Tensor x = Guarded.of(backend, arena, new float[] {1, -2, 2, 2, 0}, 1, 5);
            Tensor target = Guarded.of(backend, arena, new float[5], 1, 5);
            Guarded dx = new Guarded(backend, arena, 1, 5);
            backend.upload(dx.tensor(), new float[5]);
            Tensor weight = Guarded.of(backend, arena, new float[] {k}, 1);
            backend
                .training()
                .loss()
                .distanceGradient(Distance.LINF, k, target, x, weight, dx.tensor());
            float[] expected = {2, -4, 4, 4, 0};
            for (int i = 0; i < 5; i++) {
              int before = i == 0 ? 4 : i;
              expected[i] = before <= k ? expected[i] : 0;
            }
            assertArrayEquals(expected, dx.values());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> aNotANumberShows() {
    return TestBackends.eachTraining(
        List.of(Distance.values()),
        (backend, kind) -> {
          try (Arena arena = backend.arena()) {
            float[] values = new float[70];
            values[37] = Float.NaN;
            Tensor x = Guarded.of(backend, arena, values, 1, 70);
            Tensor zeros = Guarded.of(backend, arena, new float[70], 1, 70);
            Guarded distance = new Guarded(backend, arena, 1);
            backend.training().loss().distance(kind, 2, zeros, x, distance.tensor());
            assertTrue(Float.isNaN(distance.values()[0]), kind + " hides a NaN");
            Guarded loss = new Guarded(backend, arena, 1);
            backend.training().loss().crossEntropy(x, ints(backend, arena, 3), loss.tensor());
            assertTrue(Float.isNaN(loss.values()[0]), "cross-entropy hides a NaN");
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> impossibleCountsAreErrors() {
    return TestBackends.eachTraining(
        List.of(0, 6),
        (backend, k) -> {
          try (Arena arena = backend.arena()) {
            Tensor x = arena.tensor(DType.F32, 1, 5);
            Tensor distance = arena.tensor(DType.F32, 1);
            var loss = backend.training().loss();
            assertThrows(
                ComputeException.class, () -> loss.distance(Distance.LINF, k, x, x, distance));
          }
        });
  }
}
