package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Attention of every backend against its definition in double precision. */
class AttentionConformanceTest {

  private record Case(AttentionSpec spec, int batch, int count) {
    @Override
    public String toString() {
      return spec.pattern() + " " + spec.heads() + "x" + spec.headDim() + " of " + count;
    }
  }

  private static AttentionSpec spec(
      AttentionPattern pattern, int heads, int headDim, int nCtx, int blocks) {
    boolean keyed = pattern == AttentionPattern.PRIME || pattern == AttentionPattern.ENCODER;
    return new AttentionSpec(pattern, heads, headDim, nCtx, blocks, keyed ? 11 : 0);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (AttentionPattern pattern : AttentionPattern.values()) {
      cases.add(new Case(spec(pattern, 1, 15, 12, 3), 1, 12));
      cases.add(new Case(spec(pattern, 2, 16, 40, 5), 2, 40));
      cases.add(new Case(spec(pattern, 3, 37, 64, 4), 2, 51));
      cases.add(new Case(spec(pattern, 1, 150, 96, 2), 1, 96));
      cases.add(new Case(spec(pattern, 5, 1, 9, 9), 1, 9));
    }
    cases.add(new Case(spec(AttentionPattern.DENSE, 1, 72, 1300, 1), 1, 40));
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
            plain = data.run(java, one.count);
          }
          Numbers.close(data.run(backend, one.count), plain, data.truth());
        });
  }

  @TestFactory
  Stream<DynamicTest> chunksDoNotChangeBits() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          Data data = new Data(one);
          float[] whole = data.run(backend, one.count);
          for (int chunk : new int[] {1, 3, 8, 17}) {
            Numbers.sameBits(whole, data.run(backend, chunk), "chunks of " + chunk);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> batchAndThreadsDoNotChangeBits() {
    AttentionSpec longOne = spec(AttentionPattern.DENSE, 1, 72, 1100, 1);
    List<Case> cases = new ArrayList<>(cases());
    cases.add(new Case(longOne, 1, 1100));
    return TestBackends.each(
        cases,
        (backend, one) -> {
          Data data = new Data(one);
          float[] whole = data.run(backend, one.count);
          int chunk = Math.max(1, one.count - 1);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              // The last query alone may be divided among threads.
              Numbers.sameBits(whole, data.run(other, chunk), threads + " threads");
            }
          }
          Data first = new Data(new Case(one.spec, 1, one.count));
          Numbers.sameBits(
              Arrays.copyOf(whole, one.count * one.spec.nState()),
              first.run(backend, one.count),
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
        Numbers.sameBits(data.run(one, some.count), data.run(other, some.count), "" + some);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> recordsTheWeightsThatItUses() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          AttentionSpec spec = one.spec;
          Data data = new Data(one);
          int head = spec.heads() - 1;
          try (Arena arena = backend.arena()) {
            KvCache cache = data.cache(backend, arena);
            Tensor out = arena.tensor(DType.F32, one.batch, one.count, spec.nState());
            Tensor weights = arena.tensor(DType.F32, one.batch, one.count, spec.cacheSlots());
            Tensor qkv = data.queries(backend, arena, 0, one.count);
            backend.attention().attendRecording(cache, qkv, 0, out, head, weights);
            float[] recorded = backend.downloadFloats(weights);
            Numbers.sameBits(
                data.run(backend, one.count), backend.downloadFloats(out), "out beside weights");
            for (int row = 0; row < one.batch * one.count; row++) {
              int position = row % one.count;
              double sum = 0;
              for (int slot = 0; slot < spec.cacheSlots(); slot++) {
                float weight = recorded[row * spec.cacheSlots() + slot];
                int within = slot - spec.firstSlot(position);
                if (within < 0 || within >= spec.slotCount(position)) {
                  assertEquals(0f, weight, "a row that is not attended");
                }
                sum += weight;
              }
              assertEquals(spec.slotCount(position) == 0 ? 0 : 1, sum, 1e-5, "sum of weights");
            }
          }
        });
  }

  /** The operands of a case. */
  private static final class Data {
    private final Case one;
    private final AttentionSpec spec;
    private final boolean encoder;
    private final int rowWidth;
    private final float[] qkv;
    private final float[] kv;

    Data(Case one) {
      this.one = one;
      this.spec = one.spec;
      this.encoder = spec.pattern() == AttentionPattern.ENCODER;
      this.rowWidth = (encoder ? 1 : 3) * spec.nState();
      this.qkv = Numbers.random(7, one.batch * one.count * rowWidth, 1.5);
      this.kv = Numbers.random(8, one.batch * spec.keyLength() * 2 * spec.nState(), 1.5);
    }

    KvCache cache(Backend backend, Arena arena) {
      KvCache cache = backend.attention().createCache(spec, one.batch, DType.F32, arena);
      if (encoder) {
        backend
            .attention()
            .fillEncoder(
                cache,
                Guarded.of(backend, arena, kv, one.batch, spec.keyLength(), 2L * spec.nState()));
      }
      return cache;
    }

    Tensor queries(Backend backend, Arena arena, int start, int count) {
      float[] part = new float[one.batch * count * rowWidth];
      for (int n = 0; n < one.batch; n++) {
        System.arraycopy(
            qkv, (n * one.count + start) * rowWidth, part, n * count * rowWidth, count * rowWidth);
      }
      return Guarded.of(backend, arena, part, one.batch, count, rowWidth);
    }

    /** Outputs [batch, count, nState], computed in chunks. */
    float[] run(Backend backend, int chunk) {
      int width = spec.nState();
      float[] all = new float[one.batch * one.count * width];
      try (Arena arena = backend.arena()) {
        KvCache cache = cache(backend, arena);
        for (int start = 0; start < one.count; start += chunk) {
          int count = Math.min(chunk, one.count - start);
          try (Arena step = backend.arena()) {
            Guarded out = new Guarded(backend, step, one.batch, count, width);
            backend
                .attention()
                .attend(cache, queries(backend, step, start, count), start, out.tensor());
            float[] values = out.values();
            for (int n = 0; n < one.batch; n++) {
              System.arraycopy(
                  values, n * count * width, all, (n * one.count + start) * width, count * width);
            }
          }
        }
      }
      return all;
    }

    double[] truth() {
      int width = spec.nState();
      double[] out = new double[one.batch * one.count * width];
      for (int n = 0; n < one.batch; n++) {
        for (int p = 0; p < one.count; p++) {
          int[] attended = attended(p).toArray();
          for (int head = 0; head < spec.heads(); head++) {
            double[] weights = new double[attended.length];
            for (int j = 0; j < attended.length; j++) {
              double dot = 0;
              for (int c = 0; c < spec.headDim(); c++) {
                int at = head * spec.headDim() + c;
                dot += qkv[(n * one.count + p) * rowWidth + at] * key(n, attended[j], at);
              }
              weights[j] = dot / Math.sqrt(spec.headDim());
            }
            double largest = Arrays.stream(weights).max().orElse(0);
            double sum = Arrays.stream(weights).map(w -> Math.exp(w - largest)).sum();
            for (int j = 0; j < attended.length; j++) {
              double weight = Math.exp(weights[j] - largest) / sum;
              for (int c = 0; c < spec.headDim(); c++) {
                int at = head * spec.headDim() + c;
                out[(n * one.count + p) * width + at] += weight * value(n, attended[j], at);
              }
            }
          }
        }
      }
      return out;
    }

    /** Positions that a query attends to, by the pattern's definition; −1 is the zero key. */
    private IntStream attended(int p) {
      int length = spec.blockCtx();
      IntStream causal = IntStream.rangeClosed(0, p);
      return switch (spec.pattern()) {
        case DENSE -> causal;
        case BLOCK -> causal.filter(k -> k / length == p / length);
        case TRANSPOSE_BLOCK -> causal.filter(k -> k % length == p % length);
        case PREV_BLOCK -> causal.filter(k -> k / length == p / length - 1);
        case SUMMARY ->
            IntStream.concat(
                IntStream.of(-1),
                causal.filter(k -> k % length == length - 1 && k / length < spec.blocks() - 1));
        case ENCODER -> IntStream.range(0, spec.keyLength());
        case PRIME -> causal.filter(k -> k < spec.keyLength());
      };
    }

    private double key(int n, int position, int at) {
      if (position < 0) {
        return 0;
      }
      return encoder
          ? kv[(n * spec.keyLength() + position) * 2 * spec.nState() + at]
          : qkv[(n * one.count + position) * rowWidth + spec.nState() + at];
    }

    private double value(int n, int position, int at) {
      if (position < 0) {
        return 0;
      }
      return encoder
          ? kv[(n * spec.keyLength() + position) * 2 * spec.nState() + spec.nState() + at]
          : qkv[(n * one.count + position) * rowWidth + 2 * spec.nState() + at];
    }
  }
}
