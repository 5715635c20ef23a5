package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Linear layers of every backend against double precision, and their promise of equal bits. */
class LinearConformanceTest {
  private static final List<DType> STORAGES = List.of(DType.F32, DType.F16, DType.BF16, DType.I8);

  /** What the layer adds to its product. */
  private enum Form {
    PLAIN,
    BIAS,
    GELU,
    RESIDUAL,
    RESIDUAL_IN_PLACE
  }

  private record Case(int rows, int in, int out, DType storage, boolean transposed, Form form) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    int[] odd = {1, 2, 3, 7, 8, 9, 13, 15, 16, 17, 31, 33, 63, 65, 127, 480};
    for (int i = 0; i < odd.length; i++) {
      for (int j = 0; j < odd.length; j++) {
        int rows = odd[(i + j) % odd.length] % 40 + 1;
        cases.add(
            new Case(
                rows,
                odd[i],
                odd[j],
                STORAGES.get((i + j) % 4),
                (i + 2 * j) % 3 == 0,
                Form.values()[(i + 3 * j) % 5]));
      }
    }
    for (DType storage : STORAGES) {
      for (int rows : new int[] {1, 2, 5, 8, 12, 13, 100}) {
        cases.add(new Case(rows, 700, 130, storage, false, Form.BIAS));
      }
    }
    cases.add(new Case(300, 300, 70, DType.F32, false, Form.GELU));
    cases.add(new Case(250, 1000, 33, DType.F32, true, Form.RESIDUAL_IN_PLACE));
    cases.add(new Case(1, 5000, 97, DType.F32, false, Form.BIAS));
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> isAsExactAsThePlainComputation() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          Data data = new Data(one);
          float[] plain;
          try (Backend java = TestBackends.open("java", 2)) {
            plain = data.run(java, 0, one.rows);
          }
          Numbers.close(data.run(backend, 0, one.rows), plain, data.truth(), Data.MAGNITUDE);
        });
  }

  @TestFactory
  Stream<DynamicTest> aRowHasTheSameBitsAloneAndInAnyBatch() {
    List<Case> cases = new ArrayList<>();
    for (DType storage : STORAGES) {
      cases.add(new Case(41, 333, 97, storage, false, Form.GELU));
      cases.add(new Case(41, 900, 65, storage, true, Form.RESIDUAL));
    }
    cases.add(new Case(500, 300, 40, DType.F32, false, Form.BIAS));
    return TestBackends.each(
        cases,
        (backend, one) -> {
          Data data = new Data(one);
          float[] whole = data.run(backend, 0, one.rows);
          int start = 0;
          for (int count = 1; start + count <= one.rows; count++) {
            float[] part = data.run(backend, start, count);
            float[] expected =
                Arrays.copyOfRange(whole, start * one.out, (start + count) * one.out);
            Numbers.sameBits(expected, part, "rows " + start + " to " + (start + count));
            start += count;
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> threadsDoNotChangeBits() {
    List<Case> cases = new ArrayList<>();
    for (int rows : new int[] {1, 2, 6, 30, 700}) {
      cases.add(new Case(rows, 520, 650, DType.F32, false, Form.BIAS));
    }
    return TestBackends.each(
        cases,
        (backend, one) -> {
          Data data = new Data(one);
          float[] expected = data.run(backend, 0, one.rows);
          for (int threads : new int[] {1, 3, 7}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(expected, data.run(other, 0, one.rows), threads + " threads");
            }
          }
        });
  }

  @Test
  void tiersWithFusedMultiplyAddAgreeInBits() {
    TestBackends.assumeFusedTiers();
    try (Backend one = TestBackends.open("cpp-avx2", 2);
        Backend other = TestBackends.open("cpp-avx512", 2)) {
      for (Case some : cases()) {
        Data data = new Data(some);
        Numbers.sameBits(data.run(one, 0, some.rows), data.run(other, 0, some.rows), "" + some);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> aNumberThatIsNoneStaysInItsRow() {
    return TestBackends.each(
        List.of(new Case(20, 40, 50, DType.F32, false, Form.GELU)),
        (backend, one) -> {
          Data data = new Data(one);
          data.x[5 * one.in + 3] = Float.NaN;
          float[] y = data.run(backend, 0, one.rows);
          for (int i = 0; i < y.length; i++) {
            assertTrue(Float.isNaN(y[i]) == (i / one.out == 5), "element " + i + " is " + y[i]);
          }
        });
  }

  /** The operands of a case. */
  private static final class Data {
    /** Standard deviation of a product's sum, by the scales of x and the weight. */
    private static final double MAGNITUDE = 1;

    private final Case one;
    private final float[] x;
    private final float[] weight;
    private final float[] bias;
    private final float[] residual;

    Data(Case one) {
      this.one = one;
      long seed = one.toString().hashCode();
      this.x = Numbers.random(seed, one.rows * one.in, 1);
      this.weight = Numbers.random(seed + 1, one.in * one.out, 1 / Math.sqrt(one.in));
      this.bias = Numbers.random(seed + 2, one.out, 1);
      this.residual = Numbers.random(seed + 3, one.rows * one.out, 1);
    }

    float[] run(Backend backend, int start, int count) {
      try (Arena arena = backend.arena()) {
        long[] dims = one.transposed ? new long[] {one.out, one.in} : new long[] {one.in, one.out};
        Tensor w = Guarded.of(backend, arena, stored(), dims);
        Optional<Tensor> b =
            one.form == Form.PLAIN
                ? Optional.empty()
                : Optional.of(Guarded.of(backend, arena, bias, one.out));
        LinearWeight packed = backend.linear().pack(w, one.transposed, b, one.storage, arena);
        float[] rows = Arrays.copyOfRange(x, start * one.in, (start + count) * one.in);
        float[] added = Arrays.copyOfRange(residual, start * one.out, (start + count) * one.out);
        Tensor input = Guarded.of(backend, arena, rows, count, one.in);
        Guarded y = new Guarded(backend, arena, count, one.out);
        switch (one.form) {
          case PLAIN, BIAS -> backend.linear().apply(packed, input, Activation.NONE, y.tensor());
          case GELU -> backend.linear().apply(packed, input, Activation.QUICK_GELU, y.tensor());
          case RESIDUAL -> {
            Tensor r = Guarded.of(backend, arena, added, count, one.out);
            backend.linear().applyResidual(packed, input, r, y.tensor());
          }
          case RESIDUAL_IN_PLACE -> {
            backend.upload(y.tensor(), added);
            backend.linear().applyResidual(packed, input, y.tensor(), y.tensor());
          }
        }
        return y.values();
      }
    }

    private float[] stored() {
      if (!one.transposed) {
        return weight;
      }
      float[] turned = new float[weight.length];
      for (int i = 0; i < one.in; i++) {
        for (int o = 0; o < one.out; o++) {
          turned[o * one.in + i] = weight[i * one.out + o];
        }
      }
      return turned;
    }

    double[] truth() {
      double[] rounded = rounded();
      double[] y = new double[one.rows * one.out];
      for (int r = 0; r < one.rows; r++) {
        for (int o = 0; o < one.out; o++) {
          double sum = 0;
          for (int i = 0; i < one.in; i++) {
            sum += (double) x[r * one.in + i] * rounded[i * one.out + o];
          }
          int at = r * one.out + o;
          sum += one.form == Form.PLAIN ? 0 : bias[o];
          y[at] =
              switch (one.form) {
                case PLAIN, BIAS -> sum;
                case GELU -> sum / (1 + Math.exp(-1.702 * sum));
                case RESIDUAL, RESIDUAL_IN_PLACE -> residual[at] + sum;
              };
        }
      }
      return y;
    }

    private double[] rounded() {
      double[] values = new double[weight.length];
      for (int o = 0; o < one.out; o++) {
        float largest = 0;
        for (int i = 0; i < one.in; i++) {
          largest = Math.max(largest, Math.abs(weight[i * one.out + o]));
        }
        float scale = largest / 127;
        for (int i = 0; i < one.in; i++) {
          float w = weight[i * one.out + o];
          values[i * one.out + o] =
              switch (one.storage) {
                case F16 -> HalfFloats.fromHalf(HalfFloats.toHalf(w));
                case BF16 -> HalfFloats.fromBfloat(HalfFloats.toBfloat(w));
                case I8 -> Math.rint(w / scale) * (double) scale;
                default -> w;
              };
        }
      }
      return values;
    }
  }
}
