package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The gradient of layer norm against its definition. */
class NormGradientConformanceTest {
  private static final float EPS = 1e-5f;

  private record Case(int rows, int width, boolean add, boolean inPlace) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int width : new int[] {2, 3, 15, 16, 17, 63, 130, 480}) {
      for (int rows : new int[] {1, 13, 64, 131}) {
        cases.add(new Case(rows, width, rows % 2 == 0, width % 2 == 0));
        cases.add(new Case(rows, width, rows % 2 != 0, width % 2 != 0));
      }
    }
    return cases;
  }

  /** The gradients of x, gain and bias. */
  private static double[][] definition(
      double[] x, double[] gain, double[] dy, DoubleUnaryOperator round) {
    int width = gain.length;
    double[][] d = {new double[x.length], new double[width], new double[width]};
    for (int at = 0; at < x.length; at += width) {
      double[] hat = new double[width];
      double deviation = normalise(x, at, hat, round);
      double mean = 0;
      double products = 0;
      for (int i = 0; i < width; i++) {
        double scaled = round.applyAsDouble(dy[at + i] * gain[i]);
        mean = round.applyAsDouble(mean + scaled);
        products = round.applyAsDouble(products + round.applyAsDouble(scaled * hat[i]));
        double product = round.applyAsDouble(dy[at + i] * hat[i]);
        d[1][i] = round.applyAsDouble(d[1][i] + product);
        d[2][i] = round.applyAsDouble(d[2][i] + dy[at + i]);
      }
      mean = round.applyAsDouble(mean / width);
      products = round.applyAsDouble(products / width);
      for (int i = 0; i < width; i++) {
        double scaled = round.applyAsDouble(dy[at + i] * gain[i]);
        double centred = round.applyAsDouble(scaled - mean);
        double rest = round.applyAsDouble(centred - round.applyAsDouble(hat[i] * products));
        d[0][at + i] = round.applyAsDouble(rest / deviation);
      }
    }
    return d;
  }

  private static double normalise(double[] x, int at, double[] hat, DoubleUnaryOperator round) {
    int width = hat.length;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum = round.applyAsDouble(sum + x[at + i]);
    }
    double mean = round.applyAsDouble(sum / width);
    double squares = 0;
    for (int i = 0; i < width; i++) {
      hat[i] = round.applyAsDouble(x[at + i] - mean);
      squares = round.applyAsDouble(squares + round.applyAsDouble(hat[i] * hat[i]));
    }
    double deviation = round.applyAsDouble(Math.sqrt(squares / width + EPS));
    for (int i = 0; i < width; i++) {
      hat[i] = round.applyAsDouble(hat[i] / deviation);
    }
    return deviation;
  }

  private static double[] forward(double[] x, double[] gain, double[] bias) {
    double[] y = new double[x.length];
    double[] hat = new double[gain.length];
    for (int at = 0; at < x.length; at += hat.length) {
      normalise(x, at, hat, Definition.EXACT);
      for (int i = 0; i < hat.length; i++) {
        y[at + i] = hat[i] * gain[i] + bias[i];
      }
    }
    return y;
  }

  private static double[] x(Case one) {
    double[] x = Definition.doubles(Numbers.random(1, one.rows * one.width, 2));
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (x[i] + 3);
    }
    return x;
  }

  private static float[] dy(Case one) {
    return Numbers.random(3, one.rows * one.width, 1);
  }

  private static float[] gain(Case one) {
    return Numbers.random(2, one.width, 1);
  }

  private static float[] before(Case one) {
    return Numbers.random(4, one.rows * one.width, 1);
  }

  private static float[][] run(Backend backend, Case one) {
    try (Arena arena = backend.arena()) {
      int width = one.width;
      Guarded dx = new Guarded(backend, arena, one.rows, width);
      Tensor dy = dx.tensor();
      if (one.inPlace) {
        backend.upload(dy, dy(one));
      } else {
        dy = Guarded.of(backend, arena, dy(one), one.rows, width);
        if (one.add) {
          backend.upload(dx.tensor(), before(one));
        }
      }
      Guarded dGain = new Guarded(backend, arena, width);
      Guarded dBias = new Guarded(backend, arena, width);
      backend.upload(dGain.tensor(), Numbers.random(5, width, 1));
      backend.upload(dBias.tensor(), Numbers.random(6, width, 1));
      backend
          .training()
          .norm()
          .layerNorm(
              Guarded.of(backend, arena, Definition.floats(x(one)), one.rows, width),
              Guarded.of(backend, arena, gain(one), width),
              EPS,
              dy,
              one.add,
              dx.tensor(),
              dGain.tensor(),
              dBias.tensor());
      return new float[][] {dx.values(), dGain.values(), dBias.values()};
    }
  }

  /** With what the tensors held before. */
  private static double[][] expected(Case one, DoubleUnaryOperator round) {
    double[] gain = Definition.doubles(gain(one));
    double[][] d = definition(x(one), gain, Definition.doubles(dy(one)), round);
    float[] before = one.inPlace ? dy(one) : before(one);
    for (int i = 0; one.add && i < before.length; i++) {
      d[0][i] = round.applyAsDouble(d[0][i] + before[i]);
    }
    for (int part = 1; part < 3; part++) {
      float[] held = Numbers.random(4 + part, one.width, 1);
      for (int i = 0; i < held.length; i++) {
        d[part][i] = round.applyAsDouble(d[part][i] + held[i]);
      }
    }
    return d;
  }

  @TestFactory
  Stream<DynamicTest> isAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          float[][] got = run(backend, one);
          double[][] truth = expected(one, Definition.EXACT);
          double[][] plain = expected(one, Definition.SINGLE);
          for (int part = 0; part < 3; part++) {
            // Terms of the size of dy cancel.
            Numbers.close(got[part], Definition.floats(plain[part]), truth[part], 3);
          }
        });
  }

  @Test
  void definitionIsTheSlopeOfTheForwardPass() {
    Case one = new Case(3, 7, false, false);
    double[] x = x(one);
    double[] gain = Definition.doubles(gain(one));
    double[] bias = new double[7];
    double[] dy = Definition.doubles(dy(one));
    double[][] got = definition(x, gain, dy, Definition.EXACT);
    assertArrayEquals(
        Definition.slopes(at -> Definition.dot(dy, forward(at, gain, bias)), x), got[0], 1e-7);
    assertArrayEquals(
        Definition.slopes(at -> Definition.dot(dy, forward(x, at, bias)), gain), got[1], 1e-7);
    assertArrayEquals(
        Definition.slopes(at -> Definition.dot(dy, forward(x, gain, at)), bias), got[2], 1e-7);
  }

  @TestFactory
  Stream<DynamicTest> threadsDoNotChangeBits() {
    return TestBackends.eachTraining(
        List.of(new Case(700, 130, true, false), new Case(131, 17, false, true)),
        (backend, one) -> {
          float[][] got = run(backend, one);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              float[][] again = run(other, one);
              for (int part = 0; part < 3; part++) {
                Numbers.sameBits(got[part], again[part], threads + " threads, part " + part);
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> wrongShapesAreErrors() {
    return TestBackends.eachTraining(
        List.of(4),
        (backend, width) -> {
          try (Arena arena = backend.arena()) {
            Tensor x = arena.tensor(DType.F32, 3, width);
            Tensor dy = arena.tensor(DType.F32, 2, width);
            Tensor gain = arena.tensor(DType.F32, width);
            assertThrows(
                ComputeException.class,
                () -> backend.training().norm().layerNorm(x, gain, EPS, dy, false, x, gain, gain));
          }
        });
  }
}
