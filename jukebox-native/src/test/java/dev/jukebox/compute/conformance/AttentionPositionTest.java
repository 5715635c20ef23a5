package dev.jukebox.compute.conformance;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.conformance.AttentionData.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Attention at positions that only the device knows, over a whole window of every pattern. */
class AttentionPositionTest {
  private static final int BATCH = 2;

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
      for (AttentionPattern pattern : AttentionPattern.values()) {
        boolean keyed = pattern == AttentionPattern.PRIME || pattern == AttentionPattern.ENCODER;
        cases.add(
            new Case(new AttentionSpec(pattern, 2, 16, 24, 4, keyed ? 11 : 0), BATCH, 24, type));
      }
      cases.add(
          new Case(new AttentionSpec(AttentionPattern.DENSE, 1, 260, 70, 1, 0), BATCH, 70, type));
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> countedPositionsGiveTheBitsOfFixedOnes() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          if (one.suits(backend)) {
            AttentionData data = new AttentionData(one);
            Numbers.sameBits(data.run(backend, 1), counted(backend, one, data), "counted");
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> launchesGiveTheBitsOfCalls() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          if (one.suits(backend)) {
            AttentionData data = new AttentionData(one);
            Numbers.sameBits(data.run(backend, 1), launched(backend, one, data), "launched");
          }
        });
  }

  private static float[] counted(Backend backend, Case one, AttentionData data) {
    try (Arena arena = backend.arena()) {
      KvCache cache = data.cache(backend, arena);
      Tensor counter = arena.tensor(DType.I32, 1);
      Tensor out = arena.tensor(DType.F32, BATCH, 1, one.spec().nState());
      Tensor all = arena.tensor(DType.F32, BATCH, one.count(), one.spec().nState());
      for (int p = 0; p < one.count(); p++) {
        int offset = Math.min(p, 2);
        backend.upload(counter, new int[] {p - offset});
        try (Arena step = backend.arena()) {
          Tensor qkv = data.queries(backend, step, p, 1);
          backend.attention().attend(cache, qkv, Position.counted(offset, counter), out);
          backend.elementwise().copyPositions(out, 0, all, p, 1);
        }
      }
      return backend.downloadFloats(all);
    }
  }

  private static float[] launched(Backend backend, Case one, AttentionData data) {
    try (Arena arena = backend.arena()) {
      KvCache cache = data.cache(backend, arena);
      Tensor counter = arena.tensor(DType.I32, 1);
      Tensor out = arena.tensor(DType.F32, BATCH, 1, one.spec().nState());
      Tensor all = arena.tensor(DType.F32, BATCH, one.count(), one.spec().nState());
      Tensor qkv = data.queries(backend, arena, 0, 1);
      Runnable step =
          () -> {
            Position position = Position.counted(0, counter);
            backend.attention().attend(cache, qkv, position, out);
            backend.elementwise().copyPositions(out, 0, all, position, 1);
            backend.elementwise().increment(counter);
          };
      step.run();
      try (Graph graph = backend.capture(step)) {
        for (int p = 1; p < one.count(); p++) {
          try (Arena moment = backend.arena()) {
            Tensor next = data.queries(backend, moment, p, 1);
            backend.upload(qkv, backend.downloadFloats(next));
          }
          graph.launch();
        }
        graph.await(one.count() - 1L);
      }
      return backend.downloadFloats(all);
    }
  }
}
