package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Attention over whole windows, and its gradient, against their definition. */
class AttentionGradientConformanceTest {
  private record Case(AttentionSpec spec, int batch) {
    boolean encoder() {
      return spec.pattern() == AttentionPattern.ENCODER;
    }
  }

  private static Case of(
      AttentionPattern pattern, int heads, int headDim, int blockCtx, int blocks, int batch) {
    return of(pattern, heads, headDim, blockCtx, blocks, batch, 11);
  }

  private static Case of(
      AttentionPattern pattern,
      int heads,
      int headDim,
      int blockCtx,
      int blocks,
      int batch,
      int keys) {
    boolean keyed = pattern == AttentionPattern.PRIME || pattern == AttentionPattern.ENCODER;
    int nCtx = blockCtx * blocks;
    return new Case(
        new AttentionSpec(pattern, heads, headDim, nCtx, blocks, keyed ? keys : 0), batch);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (AttentionPattern pattern : AttentionPattern.values()) {
      cases.add(of(pattern, 5, 1, 1, 9, 3));
      cases.add(of(pattern, 2, 3, 3, 4, 1));
      cases.add(of(pattern, 1, 16, 16, 5, 3));
      cases.add(of(pattern, 3, 17, 16, 2, 1));
      cases.add(of(pattern, 2, 64, 102, 2, 1));
      cases.add(of(pattern, 1, 150, 33, 3, 1));
      cases.add(of(pattern, 1, 1, 1, 1, 1));
      cases.add(of(pattern, 1, 5, 7, 1, 2));
    }
    // Groups and tiles beyond one task.
    cases.add(of(AttentionPattern.BLOCK, 2, 17, 261, 2, 1));
    cases.add(of(AttentionPattern.TRANSPOSE_BLOCK, 1, 3, 2, 261, 1));
    cases.add(of(AttentionPattern.PREV_BLOCK, 1, 16, 270, 3, 1));
    cases.add(of(AttentionPattern.DENSE, 2, 5, 333, 1, 1));
    cases.add(of(AttentionPattern.PRIME, 1, 17, 50, 6, 2, 131));
    cases.add(of(AttentionPattern.ENCODER, 2, 16, 50, 3, 2, 259));
    cases.add(of(AttentionPattern.SUMMARY, 1, 16, 2, 140, 1));
    return cases;
  }

  /** The operands and results of a case. */
  private static final class Data {
    final Case one;
    final WindowDefinition plain;
    final double[] q;
    final double[] k;
    final double[] v;
    final double[] dOut;
    final double[] out;

    Data(Case one) {
      this.one = one;
      this.plain = definition(Definition.SINGLE);
      this.q = Definition.doubles(Numbers.random(1, plain.querySize(), 1.5));
      this.k = Definition.doubles(Numbers.random(2, plain.keySize(), 1.5));
      this.v = Definition.doubles(Numbers.random(3, plain.keySize(), 1.5));
      this.dOut = Definition.doubles(Numbers.random(4, plain.querySize(), 1));
      this.out = definition(Definition.EXACT).forward(q, k, v);
    }

    @Override
    public String toString() {
      return one.toString();
    }

    WindowDefinition definition(DoubleUnaryOperator round) {
      return new WindowDefinition(one.spec, one.batch, round);
    }

    /** Rows of several parts, side by side. */
    private float[] beside(double[]... parts) {
      int width = one.spec.nState();
      float[] all = new float[parts.length * parts[0].length];
      for (int part = 0; part < parts.length; part++) {
        for (int i = 0; i < parts[part].length; i++) {
          all[(i / width * parts.length + part) * width + i % width] = (float) parts[part][i];
        }
      }
      return all;
    }

    private float[] part(float[] all, int part, int parts) {
      int width = one.spec.nState();
      float[] some = new float[all.length / parts];
      for (int i = 0; i < some.length; i++) {
        some[i] = all[(i / width * parts + part) * width + i % width];
      }
      return some;
    }

    private Tensor tensor(Backend backend, Arena arena, int rows, double[]... parts) {
      long width = (long) parts.length * one.spec.nState();
      return Guarded.of(backend, arena, beside(parts), one.batch, rows, width);
    }

    private Tensor queries(Backend backend, Arena arena) {
      return one.encoder()
          ? tensor(backend, arena, one.spec.nCtx(), q)
          : tensor(backend, arena, one.spec.nCtx(), q, k, v);
    }

    private Tensor kv(Backend backend, Arena arena) {
      return tensor(backend, arena, one.spec.keyLength(), k, v);
    }

    float[] forward(Backend backend) {
      AttentionSpec spec = one.spec;
      try (Arena arena = backend.arena()) {
        Guarded out = new Guarded(backend, arena, one.batch, spec.nCtx(), spec.nState());
        Tensor queries = queries(backend, arena);
        if (one.encoder()) {
          backend
              .training()
              .attention()
              .attendEncoder(spec, queries, kv(backend, arena), out.tensor());
        } else {
          backend.training().attention().attend(spec, queries, out.tensor());
        }
        return out.values();
      }
    }

    /** The same through an empty cache. */
    float[] cached(Backend backend) {
      AttentionSpec spec = one.spec;
      try (Arena arena = backend.arena()) {
        KvCache cache = backend.attention().createCache(spec, one.batch, DType.F32, arena);
        if (one.encoder()) {
          backend.attention().fillEncoder(cache, kv(backend, arena));
        }
        Guarded out = new Guarded(backend, arena, one.batch, spec.nCtx(), spec.nState());
        backend.attention().attend(cache, queries(backend, arena), 0, out.tensor());
        return out.values();
      }
    }

    /** The gradients of queries, keys and values. */
    float[][] gradient(Backend backend) {
      AttentionSpec spec = one.spec;
      int width = spec.nState();
      try (Arena arena = backend.arena()) {
        Tensor outs = tensor(backend, arena, spec.nCtx(), out);
        Tensor given = tensor(backend, arena, spec.nCtx(), dOut);
        Tensor queries = queries(backend, arena);
        if (one.encoder()) {
          Guarded dQueries = new Guarded(backend, arena, one.batch, spec.nCtx(), width);
          Guarded dKv = new Guarded(backend, arena, one.batch, spec.keyLength(), 2L * width);
          backend
              .training()
              .attention()
              .attendEncoderGradient(
                  spec, queries, kv(backend, arena), outs, given, dQueries.tensor(), dKv.tensor());
          float[] both = dKv.values();
          return new float[][] {dQueries.values(), part(both, 0, 2), part(both, 1, 2)};
        }
        Guarded dQkv = new Guarded(backend, arena, one.batch, spec.nCtx(), 3L * width);
        backend.training().attention().attendGradient(spec, queries, outs, given, dQkv.tensor());
        float[] all = dQkv.values();
        return new float[][] {part(all, 0, 3), part(all, 1, 3), part(all, 2, 3)};
      }
    }
  }

  /** What a case's results are to be: computed once for all backends. */
  private static final class Expected {
    final Data data;
    final float[] plain;
    final double[][] dTruth;
    final double[][] dPlain;

    Expected(Case one) {
      this.data = new Data(one);
      this.plain = Definition.floats(data.plain.forward(data.q, data.k, data.v));
      this.dTruth = data.definition(Definition.EXACT).gradient(data.q, data.k, data.v, data.dOut);
      this.dPlain = data.plain.gradient(data.q, data.k, data.v, data.dOut);
    }

    @Override
    public String toString() {
      return data.toString();
    }
  }

  @TestFactory
  Stream<DynamicTest> windowsAreAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        cases().stream().map(Expected::new).toList(),
        (backend, expected) -> {
          Data data = expected.data;
          Numbers.close(data.forward(backend), expected.plain, data.out);
          Numbers.close(data.cached(backend), expected.plain, data.out);
          float[][] got = data.gradient(backend);
          for (int part = 0; part < 3; part++) {
            // The terms of a score's gradient cancel: dOut·v is of this size before.
            double magnitude = Math.sqrt(data.one.spec.headDim());
            Numbers.close(
                got[part],
                Definition.floats(expected.dPlain[part]),
                expected.dTruth[part],
                magnitude);
          }
        });
  }

  @Test
  void definitionOfTheGradientIsTheSlopeOfTheForwardPass() {
    for (AttentionPattern pattern : AttentionPattern.values()) {
      for (Case one : List.of(of(pattern, 2, 3, 3, 4, 2), of(pattern, 1, 5, 7, 1, 1))) {
        Data data = new Data(one);
        WindowDefinition exact = data.definition(Definition.EXACT);
        double[][] got = exact.gradient(data.q, data.k, data.v, data.dOut);
        double[][] slopes = {
          Definition.slopes(
              q -> Definition.dot(data.dOut, exact.forward(q, data.k, data.v)), data.q),
          Definition.slopes(
              k -> Definition.dot(data.dOut, exact.forward(data.q, k, data.v)), data.k),
          Definition.slopes(
              v -> Definition.dot(data.dOut, exact.forward(data.q, data.k, v)), data.v)
        };
        for (int part = 0; part < 3; part++) {
          assertArrayEquals(slopes[part], got[part], 1e-7, one + " part " + part);
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> threadsDoNotChangeBits() {
    return TestBackends.eachTraining(
        cases().stream().map(Data::new).toList(),
        (backend, data) -> {
          float[] forward = data.forward(backend);
          float[][] gradient = data.gradient(backend);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(forward, data.forward(other), threads + " threads");
              float[][] again = data.gradient(other);
              for (int part = 0; part < 3; part++) {
                Numbers.sameBits(gradient[part], again[part], threads + " threads, gradient");
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> largeScoresGiveNoInfinities() {
    return TestBackends.eachTraining(
        List.of(of(AttentionPattern.DENSE, 1, 16, 70, 1, 1)),
        (backend, one) -> {
          Data data = new Data(one);
          for (int i = 0; i < data.q.length; i++) {
            data.q[i] *= 1000;
          }
          double[] truth = data.definition(Definition.EXACT).forward(data.q, data.k, data.v);
          float[] plain = Definition.floats(data.plain.forward(data.q, data.k, data.v));
          Numbers.close(data.forward(backend), plain, truth);
          for (float[] part : data.gradient(backend)) {
            for (float value : part) {
              assertTrue(Float.isFinite(value), "a gradient of " + value);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> wrongShapesAreErrors() {
    return TestBackends.eachTraining(
        List.of(of(AttentionPattern.BLOCK, 1, 4, 2, 3, 1).spec()),
        (backend, spec) -> {
          try (Arena arena = backend.arena()) {
            Tensor qkv = arena.tensor(DType.F32, 1, 6, 12);
            Tensor out = arena.tensor(DType.F32, 1, 6, 4);
            Tensor few = arena.tensor(DType.F32, 1, 5, 12);
            var ops = backend.training().attention();
            assertThrows(ComputeException.class, () -> ops.attend(spec, few, out));
            assertThrows(ComputeException.class, () -> ops.attend(spec, qkv, few));
            assertThrows(ComputeException.class, () -> ops.attendEncoder(spec, out, qkv, out));
            assertThrows(
                ComputeException.class, () -> ops.attendGradient(spec, qkv, out, out, few));
          }
        });
  }
}
