package dev.jukebox.compute.conformance;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Convolutions of every backend against double precision. */
class ConvConformanceTest {

  private record Case(
      int batch, int time, int in, int out, ConvGeometry geometry, boolean relu, boolean residual) {
    int outTime() {
      return Math.toIntExact(geometry.outputLength(time));
    }

    @Override
    public String toString() {
      return geometry + " " + in + " to " + out + ", time " + time;
    }
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
            new ConvGeometry(7, 2, 0, 3, false),
            new ConvGeometry(4, 2, 1, 1, true),
            new ConvGeometry(5, 2, 1, 1, true),
            new ConvGeometry(6, 3, 1, 1, true),
            new ConvGeometry(2, 3, 0, 1, true));
    int[][] channels = {{1, 1}, {1, 32}, {3, 7}, {16, 1}, {32, 64}, {17, 33}, {64, 16}, {8, 65}};
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < geometries.size(); i++) {
      for (int j = 0; j < channels.length; j++) {
        int time = 19 + (i * 31 + j * 17) % 60;
        boolean relu = (i + j) % 2 == 0;
        cases.add(
            new Case(
                1 + j % 2,
                time,
                channels[j][0],
                channels[j][1],
                geometries.get(i),
                relu,
                j % 3 > 0));
      }
    }
    cases.add(new Case(1, 600, 32, 32, ConvGeometry.same(3, 27), true, true));
    cases.add(new Case(2, 300, 200, 40, ConvGeometry.same(3, 3), true, true));
    cases.add(new Case(1, 2, 4, 4, ConvGeometry.same(3, 9), false, false));
    cases.add(new Case(1, 260, 64, 64, new ConvGeometry(4, 2, 1, 1, true), false, false));
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
            plain = data.run(java, 0, one.time);
          }
          Numbers.close(data.run(backend, 0, one.time), plain, data.truth());
        });
  }

  @TestFactory
  Stream<DynamicTest> anOutputHasTheSameBitsInAPiece() {
    List<Case> cases = new ArrayList<>();
    for (int dilation : new int[] {1, 3}) {
      cases.add(new Case(1, 700, 32, 48, ConvGeometry.same(3, dilation), true, false));
    }
    cases.add(new Case(1, 300, 200, 33, ConvGeometry.same(3, 1), true, false));
    cases.add(new Case(1, 300, 5, 64, new ConvGeometry(4, 2, 1, 1, true), true, false));
    cases.add(new Case(1, 601, 7, 20, new ConvGeometry(4, 2, 1, 1, false), true, false));
    return TestBackends.each(
        cases,
        (backend, one) -> {
          Data data = new Data(one);
          float[] whole = data.run(backend, 0, one.time);
          int start = 24;
          for (int count : new int[] {20, 47, 150}) {
            float[] part = data.run(backend, start, count);
            ConvGeometry g = one.geometry;
            int shift = g.transposed() ? start * g.stride() : start / g.stride();
            int margin = g.transposed() ? 2 * g.kernel() : g.dilation() * g.kernel();
            int from = margin * one.out;
            int to = part.length - from;
            Numbers.sameBits(
                Arrays.copyOfRange(whole, shift * one.out + from, shift * one.out + to),
                Arrays.copyOfRange(part, from, to),
                "time " + start + " to " + (start + count));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> batchAndThreadsDoNotChangeBits() {
    return TestBackends.each(
        List.of(
            new Case(3, 900, 32, 64, ConvGeometry.same(3, 3), true, true),
            new Case(3, 40, 300, 200, ConvGeometry.same(3, 1), true, true),
            new Case(3, 300, 64, 64, new ConvGeometry(4, 2, 1, 1, true), false, false)),
        (backend, one) -> {
          Data data = new Data(one);
          float[] whole = data.run(backend, 0, one.time);
          for (int threads : new int[] {1, 5}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(whole, data.run(other, 0, one.time), threads + " threads");
            }
          }
          Data first = new Data(data, 1);
          Numbers.sameBits(
              Arrays.copyOf(whole, one.outTime() * one.out),
              first.run(backend, 0, one.time),
              "the first item alone");
        });
  }

  @Test
  void tiersWithFusedMultiplyAddAgreeInBits() {
    TestBackends.assumeFusedTiers();
    try (Backend one = TestBackends.open("cpp-avx2", 2);
        Backend other = TestBackends.open("cpp-avx512", 2)) {
      for (Case some : cases()) {
        Data data = new Data(some);
        Numbers.sameBits(
            data.run(one, 0, some.time), data.run(other, 0, some.time), some.toString());
      }
    }
  }

  /** The operands of a case. */
  private static final class Data {
    private final Case one;
    private final float[] x;
    private final float[] weight;
    private final float[] bias;
    private final float[] residual;

    Data(Case one) {
      this.one = one;
      int taps = one.in * one.geometry.kernel();
      this.x = Numbers.random(1, one.batch * one.time * one.in, 1);
      this.weight = Numbers.random(2, taps * one.out, 1 / Math.sqrt(taps));
      this.bias = Numbers.random(3, one.out, 1);
      this.residual = Numbers.random(4, one.batch * one.outTime() * one.out, 1);
    }

    /** The first items of another case's data. */
    Data(Data other, int batch) {
      Case of = other.one;
      this.one = new Case(batch, of.time, of.in, of.out, of.geometry, of.relu, of.residual);
      this.x = Arrays.copyOf(other.x, batch * one.time * one.in);
      this.weight = other.weight;
      this.bias = other.bias;
      this.residual = Arrays.copyOf(other.residual, batch * one.outTime() * one.out);
    }

    /** The convolution of times [start, start + count) of each item. */
    float[] run(Backend backend, int start, int count) {
      try (Arena arena = backend.arena()) {
        ConvGeometry g = one.geometry;
        long[] dims =
            g.transposed()
                ? new long[] {one.in, one.out, g.kernel()}
                : new long[] {one.out, one.in, g.kernel()};
        ConvWeight packed =
            backend
                .conv()
                .pack(
                    Guarded.of(backend, arena, weight, dims),
                    Guarded.of(backend, arena, bias, one.out),
                    g,
                    arena);
        float[] part = new float[one.batch * count * one.in];
        for (int n = 0; n < one.batch; n++) {
          System.arraycopy(
              x, (n * one.time + start) * one.in, part, n * count * one.in, count * one.in);
        }
        Tensor input = Guarded.of(backend, arena, part, one.batch, count, one.in);
        Guarded y = new Guarded(backend, arena, one.batch, g.outputLength(count), one.out);
        if (one.residual) {
          backend.upload(y.tensor(), residual);
          backend.conv().applyResidual(packed, input, one.relu, y.tensor(), 0.7f, y.tensor());
        } else {
          backend.conv().apply(packed, input, one.relu, y.tensor());
        }
        return y.values();
      }
    }

    double[] truth() {
      ConvGeometry g = one.geometry;
      int length = one.outTime();
      double[] sums = new double[one.batch * length * one.out];
      for (int n = 0; n < one.batch; n++) {
        for (int t = 0; t < one.time; t++) {
          for (int k = 0; k < g.kernel(); k++) {
            int scaled = g.transposed() ? t * g.stride() + k - g.padding() : 0;
            int back = t + g.padding() - k * g.dilation();
            boolean lands = g.transposed() || (back >= 0 && back % g.stride() == 0);
            int o = g.transposed() ? scaled : back / g.stride();
            if (!lands || o < 0 || o >= length) {
              continue;
            }
            addTap(sums, n * length + o, n * one.time + t, k);
          }
        }
      }
      for (int i = 0; i < sums.length; i++) {
        double value = sums[i] + bias[i % one.out];
        sums[i] = one.residual ? residual[i] + (double) 0.7f * value : value;
      }
      return sums;
    }

    private void addTap(double[] sums, int to, int from, int tap) {
      int kernel = one.geometry.kernel();
      for (int i = 0; i < one.in; i++) {
        double value = x[from * one.in + i];
        value = one.relu ? Math.max(0, value) : value;
        for (int o = 0; o < one.out; o++) {
          int at = one.geometry.transposed() ? i * one.out + o : o * one.in + i;
          sums[to * one.out + o] += value * weight[at * kernel + tap];
        }
      }
    }
  }
}
