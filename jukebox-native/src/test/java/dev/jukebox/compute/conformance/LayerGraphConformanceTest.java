package dev.jukebox.compute.conformance;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.NormWeight;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Layers whose steps were captured together, which a backend may run as one operation. */
class LayerGraphConformanceTest {
  private static final int POSITIONS = 9;
  private static final float SCALE = 0.3f;

  /**
   * Two layers of a pattern, of one or more rows, from a position on: behind zeros in the caches.
   */
  private record Case(AttentionSpec spec, int width, DType storage, int batch, int start) {
    Case(AttentionSpec spec, int width, DType storage, int batch) {
      this(spec, width, storage, batch, 0);
    }

    @Override
    public String toString() {
      return "%s %d of %d %s × %d from %d"
          .formatted(spec.pattern(), spec.nState(), width, storage, batch, start);
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (DType storage : List.of(DType.F32, DType.F16, DType.BF16, DType.I8)) {
      for (AttentionPattern pattern : AttentionPattern.values()) {
        if (pattern != AttentionPattern.ENCODER) {
          int keys = pattern == AttentionPattern.PRIME ? 5 : 0;
          cases.add(new Case(new AttentionSpec(pattern, 2, 12, 12, 3, keys), 100, storage, 1));
        }
      }
      AttentionSpec dense = new AttentionSpec(AttentionPattern.DENSE, 1, 8, 12, 1, 0);
      for (int width : new int[] {30, 500}) {
        cases.add(new Case(dense, width, storage, 1));
      }
      for (int batch : new int[] {2, 3, 8, 9, 16}) {
        cases.add(new Case(dense, batch == 2 ? 500 : 64, storage, batch));
      }
      AttentionSpec columns = new AttentionSpec(AttentionPattern.TRANSPOSE_BLOCK, 2, 12, 12, 3, 0);
      cases.add(new Case(columns, 100, storage, 5));
    }
    // Heads of released models, of several segments.
    for (DType storage : List.of(DType.F16, DType.BF16)) {
      for (AttentionSpec spec :
          List.of(
              new AttentionSpec(AttentionPattern.DENSE, 1, 480, 12, 1, 0),
              new AttentionSpec(AttentionPattern.TRANSPOSE_BLOCK, 2, 150, 12, 3, 0))) {
        cases.add(new Case(spec, 64, storage, 1));
      }
    }
    // Ranges of several chunks, which are merged.
    AttentionSpec merged = new AttentionSpec(AttentionPattern.DENSE, 1, 300, 140, 1, 0);
    for (int batch : new int[] {1, 3, 9}) {
      cases.add(new Case(merged, 64, DType.F16, batch, 125));
    }
    // More chunks than a block has warps.
    cases.add(
        new Case(new AttentionSpec(AttentionPattern.DENSE, 1, 8, 12, 1, 0), 2180, DType.F16, 1));
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> launchesGiveTheBitsOfCalls() {
    return compare(Layers::step);
  }

  @TestFactory
  Stream<DynamicTest> operandsThatOverlapResultsAreThoseOfCalls() {
    return compare(Layers::overlappingStep);
  }

  /** Of so wide a row less memory is left for what a backend has under way. */
  @TestFactory
  Stream<DynamicTest> launchesOfWideRowsGiveTheBitsOfCalls() {
    List<Wide> cases = new ArrayList<>();
    for (DType storage : List.of(DType.F32, DType.F16, DType.I8)) {
      for (int width : new int[] {9000, 20_000, 40_000}) {
        cases.add(new Wide(storage, width));
      }
    }
    return TestBackends.each(
        cases,
        (backend, one) ->
            Numbers.sameBits(
                wideRow(backend, one, false), wideRow(backend, one, true), "launched"));
  }

  private record Wide(DType storage, int width) {}

  /** What three layers make of a row, of which the first and the last read all of it. */
  private static float[] wideRow(Backend backend, Wide one, boolean launched) {
    DType storage = one.storage;
    int width = one.width;
    int narrow = 20;
    try (Arena arena = backend.arena()) {
      Tensor x = random(backend, arena, 1, 1, 1, 1, width);
      Tensor normed = arena.tensor(DType.F32, 1, 1, width);
      Tensor first = arena.tensor(DType.F32, 1, 1, narrow);
      Tensor second = arena.tensor(DType.F32, 1, 1, narrow);
      Tensor third = arena.tensor(DType.F32, 1, 1, narrow);
      NormWeight norm =
          new NormWeight(
              random(backend, arena, 2, 1, width), random(backend, arena, 3, 1, width), 1e-5f);
      LinearWeight down = pack(backend, arena, 4, width, narrow, storage);
      LinearWeight square = pack(backend, arena, 5, narrow, narrow, storage);
      Runnable body =
          () -> {
            backend.fused().normLinear(norm, down, x, normed, Activation.QUICK_GELU, first);
            backend.linear().applyResidual(square, first, first, second);
            backend.linear().applyResidual(down, x, second, third);
          };
      body.run();
      if (launched) {
        try (Graph graph = backend.capture(body)) {
          graph.launch();
          graph.await(1);
        }
      }
      return backend.downloadFloats(third);
    }
  }

  /** What one product adds may be overwritten by another of other rows: by other threads. */
  @TestFactory
  Stream<DynamicTest> whatIsAddedMayBeOverwrittenInOtherRows() {
    return TestBackends.each(
        List.of(DType.F32, DType.F16, DType.I8),
        (backend, storage) ->
            Numbers.sameBits(
                overwritten(backend, storage, false),
                overwritten(backend, storage, true),
                "launched"));
  }

  private static float[] overwritten(Backend backend, DType storage, boolean launched) {
    int in = 32;
    float[] before = Numbers.random(3, 192, 1);
    try (Arena arena = backend.arena()) {
      Tensor three = random(backend, arena, 1, 1, 3, 1, in);
      Tensor two = random(backend, arena, 2, 1, 2, 1, in);
      Tensor added = arena.tensor(DType.F32, before.length);
      Tensor sum = arena.tensor(DType.F32, 3, 1, 64);
      LinearWeight narrow = pack(backend, arena, 4, in, 64, storage);
      LinearWeight wide = pack(backend, arena, 5, in, 96, storage);
      Runnable body =
          () -> {
            backend.linear().applyResidual(narrow, three, added.reshape(3, 1, 64), sum);
            backend.linear().apply(wide, two, Activation.NONE, added.reshape(2, 1, 96));
          };
      backend.upload(added, before);
      body.run();
      if (launched) {
        try (Graph graph = backend.capture(body)) {
          for (int launches = 1; launches <= 20; launches++) {
            backend.upload(added, before);
            graph.launch();
            graph.await(launches);
          }
        }
      }
      return backend.downloadFloats(sum);
    }
  }

  private static Tensor random(
      Backend backend, Arena arena, long seed, double scale, long... shape) {
    Tensor tensor = arena.tensor(DType.F32, shape);
    backend.upload(tensor, Numbers.random(seed, (int) tensor.size(), scale));
    return tensor;
  }

  private static LinearWeight pack(
      Backend backend, Arena arena, long seed, int in, int out, DType storage) {
    Tensor values = random(backend, arena, seed, 1 / Math.sqrt(in), in, out);
    Optional<Tensor> bias = Optional.of(random(backend, arena, seed + 9, 1, out));
    return backend.linear().pack(values, false, bias, storage, arena);
  }

  private static Stream<DynamicTest> compare(BiConsumer<Layers, Position> step) {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          try (Layers called = new Layers(backend, one);
              Layers launched = new Layers(backend, one)) {
            Numbers.sameBits(called.call(step), launched.launch(step), "launched");
          }
        });
  }

  /** Weights and buffers of a case. */
  private static final class Layers implements AutoCloseable {
    private final Backend backend;
    private final Case one;
    private final Arena arena;
    private final List<KvCache> caches = new ArrayList<>();
    private final Tensor start;
    private final Tensor x;
    private final Tensor qkv;
    private final Tensor attended;
    private final Tensor mlp;
    private final Tensor normed;
    private final Tensor all;
    private final Tensor counter;
    private final NormWeight norm;
    private final LinearWeight queries;
    private final LinearWeight projection;
    private final LinearWeight mlpIn;
    private final LinearWeight mlpOut;
    private final LinearWeight square;
    private final Tensor squared;

    Layers(Backend backend, Case one) {
      this.backend = backend;
      this.one = one;
      this.arena = backend.arena();
      int width = one.width;
      int state = one.spec.nState();
      DType cacheType = backend.attention().cacheType(one.storage);
      for (int i = 0; i < 2; i++) {
        caches.add(backend.attention().createCache(one.spec, one.batch, cacheType, arena));
      }
      this.start = numbers(1, 1, one.batch, 1, width);
      this.x = arena.tensor(DType.F32, one.batch, 1, width);
      this.qkv = arena.tensor(DType.F32, one.batch, 1, 3L * state);
      this.attended = arena.tensor(DType.F32, one.batch, 1, state);
      this.mlp = arena.tensor(DType.F32, one.batch, 1, width);
      this.normed = arena.tensor(DType.F32, one.batch, 1, width);
      this.all = arena.tensor(DType.F32, one.batch, POSITIONS, width);
      this.counter = arena.tensor(DType.I32, 1);
      this.norm = new NormWeight(numbers(2, 1, width), numbers(3, 1, width), 1e-5f);
      this.queries = weight(4, width, 3 * state);
      this.projection = weight(5, state, width);
      this.mlpIn = weight(6, width, width);
      this.mlpOut = weight(7, width, width);
      this.square = weight(8, state, state);
      this.squared = arena.tensor(DType.F32, one.batch, 1, state);
    }

    private Tensor numbers(long seed, double scale, long... shape) {
      return random(backend, arena, seed, scale, shape);
    }

    private LinearWeight weight(long seed, int in, int out) {
      return pack(backend, arena, seed, in, out, one.storage);
    }

    void step(Position position) {
      backend.elementwise().interpolate(start, start, 1, x);
      for (int i = 0; i < caches.size(); i++) {
        backend.fused().normLinear(norm, queries, x, normed, Activation.NONE, qkv);
        backend.attention().attend(caches.get(i), qkv, position, attended);
        backend.linear().applyResidual(projection, attended, x, x);
        backend.fused().normLinear(norm, mlpIn, x, normed, Activation.QUICK_GELU, mlp);
        if (i == 0) {
          backend.linear().applyResidual(mlpOut, mlp, x, x);
        } else {
          backend.fused().linearInterpolate(mlpOut, mlp, x, start, SCALE, x);
        }
      }
      keep(x);
    }

    /** Rows that are part of a result, and residuals that another operation left. */
    void overlappingStep(Position position) {
      int state = one.spec.nState();
      Tensor part = one.batch == 1 ? qkv.reshape(3L * state).slice(state, state) : attended;
      backend.fused().normLinear(norm, queries, start, normed, Activation.NONE, qkv);
      backend.attention().attend(caches.get(0), qkv, position, attended);
      backend.linear().applyResidual(projection, part.reshape(one.batch, 1, state), start, x);
      backend.linear().applyResidual(square, attended, attended, squared);
      backend.linear().applyResidual(projection, squared, x, mlp);
      backend.linear().applyResidual(mlpOut, mlp, mlp, x);
      keep(x);
    }

    private void keep(Tensor row) {
      backend.elementwise().copyPositions(row, 0, all, Position.counted(0, counter), 1);
      backend.elementwise().increment(counter);
    }

    float[] call(BiConsumer<Layers, Position> step) {
      for (int p = 0; p < POSITIONS; p++) {
        step.accept(this, Position.counted(one.start, counter));
      }
      return backend.downloadFloats(all);
    }

    float[] launch(BiConsumer<Layers, Position> step) {
      Runnable body = () -> step.accept(this, Position.counted(one.start, counter));
      body.run();
      try (Graph graph = backend.capture(body)) {
        for (int p = 1; p < POSITIONS; p++) {
          graph.launch();
        }
        graph.await(POSITIONS - 1L);
      }
      return backend.downloadFloats(all);
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
