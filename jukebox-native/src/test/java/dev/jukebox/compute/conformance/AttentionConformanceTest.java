package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.conformance.AttentionData.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Attention of every backend against its definition in double precision. */
class AttentionConformanceTest {

  private static AttentionSpec spec(
      AttentionPattern pattern, int heads, int headDim, int nCtx, int blocks) {
    boolean keyed = pattern == AttentionPattern.PRIME || pattern == AttentionPattern.ENCODER;
    return new AttentionSpec(pattern, heads, headDim, nCtx, blocks, keyed ? 11 : 0);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (AttentionPattern pattern : AttentionPattern.values()) {
      cases.add(new Case(spec(pattern, 1, 15, 12, 3), 1, 12, DType.F32));
      cases.add(new Case(spec(pattern, 2, 16, 40, 5), 2, 40, DType.F32));
      cases.add(new Case(spec(pattern, 3, 37, 64, 4), 2, 51, DType.F32));
      cases.add(new Case(spec(pattern, 1, 150, 96, 2), 1, 96, DType.F32));
      cases.add(new Case(spec(pattern, 5, 1, 9, 9), 1, 9, DType.F32));
    }
    cases.add(new Case(spec(AttentionPattern.DENSE, 1, 72, 1300, 1), 1, 40, DType.F32));
    cases.add(new Case(spec(AttentionPattern.DENSE, 1, 480, 140, 1), 1, 140, DType.F32));
    return cases;
  }

  /** For backends that keep keys and values in halves. */
  private static List<Case> halves() {
    List<Case> cases = new ArrayList<>();
    for (DType type : List.of(DType.F16, DType.BF16)) {
      for (AttentionPattern pattern : AttentionPattern.values()) {
        cases.add(new Case(spec(pattern, 2, 16, 40, 5), 2, 40, type));
        cases.add(new Case(spec(pattern, 3, 37, 64, 4), 1, 51, type));
        cases.add(new Case(spec(pattern, 1, 150, 96, 2), 1, 96, type));
      }
      // More slots than a chunk has, at each alignment of rows.
      cases.add(new Case(spec(AttentionPattern.DENSE, 1, 480, 140, 1), 1, 140, type));
      cases.add(new Case(spec(AttentionPattern.DENSE, 2, 150, 270, 1), 1, 270, type));
      cases.add(new Case(spec(AttentionPattern.DENSE, 3, 37, 270, 1), 1, 270, type));
      cases.add(new Case(spec(AttentionPattern.DENSE, 1, 515, 140, 1), 1, 140, type));
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> isAsExactAsThePlainComputation() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          AttentionData data = new AttentionData(one);
          float[] plain;
          try (Backend java = TestBackends.open("java", 2)) {
            plain = data.run(java, one.count());
          }
          Numbers.close(data.run(backend, one.count()), plain, data.truth());
        });
  }

  @TestFactory
  Stream<DynamicTest> chunksDoNotChangeBits() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          AttentionData data = new AttentionData(one);
          float[] whole = data.run(backend, one.count());
          for (int chunk : new int[] {1, 3, 8, 17}) {
            Numbers.sameBits(whole, data.run(backend, chunk), "chunks of " + chunk);
          }
        });
  }

  /** The same bound as in full precision, as nothing but the keys and values is rounded. */
  @TestFactory
  Stream<DynamicTest> halvesAreAsExactAsThePlainComputation() {
    return TestBackends.each(
        halves(),
        (backend, one) -> {
          if (!one.suits(backend)) {
            return;
          }
          AttentionData data = new AttentionData(one);
          AttentionData rounded = data.rounded();
          float[] plain;
          try (Backend java = TestBackends.open("java", 2)) {
            plain = rounded.run(java, one.count());
          }
          Numbers.close(data.run(backend, one.count()), plain, rounded.truth());
        });
  }

  @TestFactory
  Stream<DynamicTest> chunksDoNotChangeBitsOfHalves() {
    return TestBackends.each(
        halves(),
        (backend, one) -> {
          if (!one.suits(backend)) {
            return;
          }
          AttentionData data = new AttentionData(one);
          float[] whole = data.run(backend, one.count());
          for (int chunk : new int[] {1, 17}) {
            Numbers.sameBits(whole, data.run(backend, chunk), "chunks of " + chunk);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> batchAndThreadsDoNotChangeBits() {
    AttentionSpec longOne = spec(AttentionPattern.DENSE, 1, 72, 1100, 1);
    List<Case> cases = new ArrayList<>(cases());
    cases.add(new Case(longOne, 1, 1100, DType.F32));
    return TestBackends.each(
        cases,
        (backend, one) -> {
          AttentionData data = new AttentionData(one);
          float[] whole = data.run(backend, one.count());
          int chunk = Math.max(1, one.count() - 1);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              // The last query alone may be divided among threads.
              Numbers.sameBits(whole, data.run(other, chunk), threads + " threads");
            }
          }
          AttentionData first = new AttentionData(new Case(one.spec(), 1, one.count(), one.type()));
          Numbers.sameBits(
              Arrays.copyOf(whole, one.count() * one.spec().nState()),
              first.run(backend, one.count()),
              "the first item alone");
        });
  }

  @Test
  void tiersWithFusedMultiplyAddAgreeInBits() {
    TestBackends.assumeFusedTiers();
    try (Backend one = TestBackends.open("cpp-avx2", 2);
        Backend other = TestBackends.open("cpp-avx512", 2)) {
      for (Case some : cases()) {
        AttentionData data = new AttentionData(some);
        Numbers.sameBits(data.run(one, some.count()), data.run(other, some.count()), "" + some);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> recordsTheWeightsThatItUses() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          AttentionSpec spec = one.spec();
          AttentionData data = new AttentionData(one);
          int head = spec.heads() - 1;
          try (Arena arena = backend.arena()) {
            KvCache cache = data.cache(backend, arena);
            Tensor out = arena.tensor(DType.F32, one.batch(), one.count(), spec.nState());
            Tensor weights = arena.tensor(DType.F32, one.batch(), one.count(), spec.cacheSlots());
            Tensor qkv = data.queries(backend, arena, 0, one.count());
            backend.attention().attendRecording(cache, qkv, 0, out, head, weights);
            float[] recorded = backend.downloadFloats(weights);
            Numbers.sameBits(
                data.run(backend, one.count()), backend.downloadFloats(out), "out beside weights");
            for (int row = 0; row < one.batch() * one.count(); row++) {
              int position = row % one.count();
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
}
