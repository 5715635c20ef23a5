package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvGradients;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Gradients of convolutions of every backend that trains against double precision. */
class ConvGradientConformanceTest {
  private static final float SCALE = 0.7f;

  private record Case(ConvDefinition conv, boolean relu) {}

  private static Case of(int batch, int time, int in, int out, ConvGeometry g, boolean relu) {
    return new Case(new ConvDefinition(batch, time, in, out, g), relu);
  }

  private static List<Case> cases() {
    List<ConvGeometry> geometries =
        List.of(
            ConvGeometry.same(1, 1),
            ConvGeometry.same(3, 1),
            ConvGeometry.same(3, 9),
            ConvGeometry.same(5, 2),
            new ConvGeometry(4, 2, 1, 1, false),
            new ConvGeometry(6, 3, 2, 1, false),
            new ConvGeometry(3, 1, 0, 2, false),
            new ConvGeometry(2, 1, 3, 1, false),
            new ConvGeometry(4, 2, 1, 1, true),
            new ConvGeometry(5, 2, 1, 1, true),
            new ConvGeometry(6, 3, 1, 1, true),
            new ConvGeometry(2, 3, 0, 1, true));
    int[][] channels = {{1, 1}, {1, 32}, {3, 7}, {16, 1}, {32, 64}, {17, 33}, {64, 16}, {8, 65}};
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < geometries.size(); i++) {
      for (int j = 0; j < channels.length; j++) {
        int time = whole(19 + (i * 31 + j * 17) % 60, geometries.get(i));
        boolean relu = (i + j) % 2 == 0;
        cases.add(of(1 + j % 2, time, channels[j][0], channels[j][1], geometries.get(i), relu));
      }
    }
    cases.add(of(2, 3001, 32, 32, ConvGeometry.same(3, 27), true));
    cases.add(of(1, 5000, 1, 32, new ConvGeometry(4, 2, 1, 1, false), false));
    cases.add(of(1, 2600, 32, 1, ConvGeometry.same(3, 1), false));
    cases.add(of(1, 2500, 32, 64, new ConvGeometry(4, 2, 1, 1, true), true));
    cases.add(of(2, 40, 200, 130, ConvGeometry.same(3, 3), true));
    cases.add(of(1, 2, 4, 4, ConvGeometry.same(3, 9), false));
    return cases;
  }

  /** A length near this one of which the geometry leaves nothing over. */
  private static int whole(int time, ConvGeometry g) {
    int over = (time + 2 * g.padding() - g.dilation() * (g.kernel() - 1) - 1) % g.stride();
    return g.transposed() ? time : time - over;
  }

  /** Operands, and both gradients in two precisions. */
  private static final class Data {
    private final ConvDefinition conv;
    private final boolean relu;
    private final float[] x;
    private final float[] dy;
    private final float[] weight;
    private final float[] start;
    private final float[] startBias;

    Data(Case one) {
      this.conv = one.conv;
      this.relu = one.relu;
      this.x = Numbers.random(1, conv.inputs(), 1);
      this.dy = Numbers.random(2, conv.outputs(), 1);
      this.weight = Numbers.random(3, conv.weights(), 0.3);
      this.start = Numbers.random(4, conv.weights(), 1);
      this.startBias = Numbers.random(5, conv.out(), 1);
    }

    private float input(int place) {
      return relu ? Math.max(0, x[place]) : x[place];
    }

    /** The weight's gradient, then the bias's. */
    double[] trueSums() {
      double[] sums = new double[conv.weights() + conv.out()];
      conv.each(
          (input, output, tap) -> {
            for (int i = 0; i < conv.in(); i++) {
              double value = input(input * conv.in() + i);
              for (int o = 0; o < conv.out(); o++) {
                sums[conv.place(i, o, tap)] += value * dy[output * conv.out() + o];
              }
            }
          });
      for (int i = 0; i < dy.length; i++) {
        sums[conv.weights() + i % conv.out()] += dy[i];
      }
      for (int i = 0; i < sums.length; i++) {
        float before = i < conv.weights() ? start[i] : startBias[i - conv.weights()];
        sums[i] = before + SCALE * sums[i];
      }
      return sums;
    }

    float[] plainSums() {
      float[] sums = new float[conv.weights() + conv.out()];
      conv.each(
          (input, output, tap) -> {
            for (int i = 0; i < conv.in(); i++) {
              float value = input(input * conv.in() + i);
              for (int o = 0; o < conv.out(); o++) {
                sums[conv.place(i, o, tap)] += value * dy[output * conv.out() + o];
              }
            }
          });
      for (int i = 0; i < dy.length; i++) {
        sums[conv.weights() + i % conv.out()] += dy[i];
      }
      for (int i = 0; i < sums.length; i++) {
        float before = i < conv.weights() ? start[i] : startBias[i - conv.weights()];
        sums[i] = before + SCALE * sums[i];
      }
      return sums;
    }

    float[] sums(Backend backend) {
      try (Arena arena = backend.arena()) {
        Guarded dWeight = new Guarded(backend, arena, conv.weightShape());
        Guarded dBias = new Guarded(backend, arena, conv.out());
        backend.upload(dWeight.tensor(), start);
        backend.upload(dBias.tensor(), startBias);
        backend
            .training()
            .conv()
            .weight(
                conv.geometry(),
                Guarded.of(backend, arena, x, conv.batch(), conv.time(), conv.in()),
                relu,
                Guarded.of(backend, arena, dy, conv.batch(), conv.outTime(), conv.out()),
                SCALE,
                dWeight.tensor(),
                dBias.tensor());
        float[] sums = Arrays.copyOf(dWeight.values(), conv.weights() + conv.out());
        System.arraycopy(dBias.values(), 0, sums, conv.weights(), conv.out());
        return sums;
      }
    }

    double[] trueInput() {
      double[] sums = new double[conv.inputs()];
      conv.each(
          (input, output, tap) -> {
            for (int i = 0; i < conv.in(); i++) {
              for (int o = 0; o < conv.out(); o++) {
                sums[input * conv.in() + i] +=
                    (double) weight[conv.place(i, o, tap)] * dy[output * conv.out() + o];
              }
            }
          });
      return sums;
    }

    float[] plainInput() {
      float[] sums = new float[conv.inputs()];
      conv.each(
          (input, output, tap) -> {
            for (int i = 0; i < conv.in(); i++) {
              for (int o = 0; o < conv.out(); o++) {
                sums[input * conv.in() + i] +=
                    weight[conv.place(i, o, tap)] * dy[output * conv.out() + o];
              }
            }
          });
      return sums;
    }

    float[] input(Backend backend) {
      try (Arena arena = backend.arena()) {
        ConvWeight back =
            backend
                .training()
                .conv()
                .packInputGradient(
                    Guarded.of(backend, arena, weight, conv.weightShape()), conv.geometry(), arena);
        Guarded dx = new Guarded(backend, arena, conv.batch(), conv.time(), conv.in());
        backend
            .conv()
            .apply(
                back,
                Guarded.of(backend, arena, dy, conv.batch(), conv.outTime(), conv.out()),
                false,
                dx.tensor());
        return dx.values();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> weightGradientsAreAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          Data data = new Data(one);
          Numbers.close(data.sums(backend), data.plainSums(), data.trueSums());
        });
  }

  @TestFactory
  Stream<DynamicTest> inputsThatTheStrideLeavesOverAreSummedToo() {
    return TestBackends.eachTraining(
        List.of(
            of(2, 33, 5, 7, new ConvGeometry(4, 2, 1, 1, false), false),
            of(2, 41, 5, 7, new ConvGeometry(3, 3, 1, 2, false), true)),
        (backend, one) -> {
          Data data = new Data(one);
          Numbers.close(data.sums(backend), data.plainSums(), data.trueSums());
        });
  }

  @TestFactory
  Stream<DynamicTest> inputGradientsAreAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          Data data = new Data(one);
          Numbers.close(data.input(backend), data.plainInput(), data.trueInput());
        });
  }

  @TestFactory
  Stream<DynamicTest> threadsDoNotChangeBits() {
    return TestBackends.eachTraining(
        List.of(
            of(3, 9000, 32, 32, ConvGeometry.same(3, 3), true),
            of(1, 9002, 1, 32, new ConvGeometry(4, 2, 1, 1, false), false),
            of(2, 3000, 32, 33, new ConvGeometry(4, 2, 1, 1, true), true),
            of(1, 300, 257, 130, ConvGeometry.same(3, 1), false)),
        (backend, one) -> {
          Data data = new Data(one);
          float[] expected = data.sums(backend);
          float[] expectedInput = data.input(backend);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(expected, data.sums(other), threads + " threads");
              Numbers.sameBits(expectedInput, data.input(other), threads + " threads, input");
            }
          }
        });
  }

  /** The loss is dy·conv(x), linear in weight and input, whose differences are exact. */
  @TestFactory
  Stream<DynamicTest> gradientsAreDifferencesOfTheLoss() {
    return TestBackends.eachTraining(
        List.of(
            of(2, 11, 3, 5, ConvGeometry.same(3, 3), true),
            of(1, 12, 4, 3, new ConvGeometry(4, 2, 1, 1, false), false),
            of(2, 7, 3, 4, new ConvGeometry(4, 2, 1, 1, true), false)),
        (backend, one) -> {
          Data data = new Data(one);
          float[] sums = data.sums(backend);
          for (int i = 0; i < data.weight.length; i++) {
            double slope = difference(data, data.weight, i);
            assertEquals(data.start[i] + SCALE * slope, sums[i], 1e-4, "weight " + i);
          }
          if (!one.relu) {
            float[] dx = data.input(backend);
            for (int i = 0; i < data.x.length; i++) {
              assertEquals(difference(data, data.x, i), dx[i], 1e-4, "input " + i);
            }
          }
        });
  }

  private static double difference(Data data, float[] values, int place) {
    float kept = values[place];
    values[place] = kept + 0.25f;
    double above = values[place];
    double lossAbove = loss(data);
    values[place] = kept - 0.25f;
    double slope = (lossAbove - loss(data)) / (above - values[place]);
    values[place] = kept;
    return slope;
  }

  private static double loss(Data data) {
    ConvDefinition conv = data.conv;
    double[] sum = new double[1];
    conv.each(
        (input, output, tap) -> {
          for (int i = 0; i < conv.in(); i++) {
            for (int o = 0; o < conv.out(); o++) {
              sum[0] +=
                  (double) data.input(input * conv.in() + i)
                      * data.weight[conv.place(i, o, tap)]
                      * data.dy[output * conv.out() + o];
            }
          }
        });
    return sum[0];
  }

  @TestFactory
  Stream<DynamicTest> operandsThatDoNotFitAreRefused() {
    return TestBackends.eachTraining(
        List.of(8),
        (backend, time) -> {
          try (Arena arena = backend.arena()) {
            ConvGradients ops = backend.training().conv();
            ConvGeometry same = ConvGeometry.same(3, 1);
            Tensor x = arena.tensor(DType.F32, 1, time, 2);
            Tensor dy = arena.tensor(DType.F32, 1, time, 5);
            Tensor dWeight = arena.tensor(DType.F32, 5, 2, 3);
            Tensor turned = arena.tensor(DType.F32, 2, 5, 3);
            Tensor dBias = arena.tensor(DType.F32, 5);
            refused(() -> ops.weight(same, x, false, x, 1, dWeight, dBias), "dWeight");
            refused(() -> ops.weight(same, x, false, dy, 1, turned, dBias), "dWeight");
            refused(() -> ops.weight(same, x, false, dy, 1, dWeight, dWeight), "dBias");
            ConvGeometry strided = new ConvGeometry(3, 2, 1, 1, false);
            refused(() -> ops.weight(strided, x, false, dy, 1, dWeight, dBias), "dy");
            refused(() -> ops.packInputGradient(dy, same, arena), "weight");
            ConvGeometry both = new ConvGeometry(3, 2, 1, 2, false);
            refused(() -> ops.packInputGradient(dWeight, both, arena), "use stride 1");
            ConvGeometry padded = new ConvGeometry(3, 1, 5, 2, false);
            refused(() -> ops.packInputGradient(dWeight, padded, arena), "at most 4");
          }
        });
  }

  private static void refused(Runnable call, String what) {
    String message = assertThrows(ComputeException.class, call::run).getMessage();
    assertTrue(message.contains(what), message);
  }
}
