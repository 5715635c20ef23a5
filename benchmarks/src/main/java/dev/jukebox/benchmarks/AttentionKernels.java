package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** Attention of every pattern at the heads and windows of the released priors. */
final class AttentionKernels {
  private static final int COPIES = 24;
  private static final int BATCH = 16;

  /** Heads and windows of one prior. */
  private record Heads(String name, int heads, int headDim, int nCtx, int blocks, int keys) {
    AttentionSpec spec(AttentionPattern pattern) {
      boolean keyed = pattern == AttentionPattern.ENCODER || pattern == AttentionPattern.PRIME;
      boolean blockwise = pattern != AttentionPattern.DENSE;
      return new AttentionSpec(
          pattern, heads, headDim, nCtx, blockwise ? blocks : 1, keyed ? keys : 0);
    }

    /** The same kinds of heads in a window that plain Java computes at once. */
    Heads small() {
      return new Heads(name, heads, headDim, 48, 4, 12);
    }
  }

  private final KernelRun run;
  private final Backend backend;

  AttentionKernels(KernelRun run) {
    this.run = run;
    this.backend = run.backend();
  }

  /** Everything. */
  void run() {
    List<Heads> all =
        run.shapes(
            List.of(
                new Heads("upsampler", 1, 480, 8192, 128, 512),
                new Heads("1b_lyrics", 2, 256, 6528, 64, 448),
                new Heads("5b", 8, 150, 8192, 128, 512)),
            List.of(new Heads("tiny", 2, 20, 48, 4, 12)));
    for (Heads heads : all) {
      boolean first = heads.equals(all.get(0));
      List<DType> types = first ? List.of(DType.F32, DType.F16) : List.of(DType.F16);
      long numbers = 3L * run.size(BATCH, 3) * heads.nCtx() * heads.heads() * heads.headDim();
      run.group(
          List.of("attention decode", "attention prefill"),
          heads.name(),
          arena -> {
            Tensor shared = run.normal(arena, 1, numbers);
            for (AttentionPattern pattern : AttentionPattern.values()) {
              for (DType type : types) {
                decode(heads, pattern, type, shared);
                prefill(heads, pattern, type, shared);
              }
            }
          });
    }
  }

  /** The first of the shared numbers as a tensor. */
  private static Tensor view(Tensor shared, long... dims) {
    long size = LongStream.of(dims).reduce(1, Math::multiplyExact);
    return shared.slice(0, size).reshape(dims);
  }

  private DType cache(DType type) {
    return backend.attention().cacheType(type);
  }

  private String shape(Heads heads, AttentionPattern pattern, DType type, int batch) {
    return String.format(
        Locale.ROOT,
        "%-9s %-15s %d×%d batch %d n_ctx %d %s",
        heads.name(),
        pattern,
        heads.heads(),
        heads.headDim(),
        batch,
        heads.nCtx(),
        cache(type).name().toLowerCase(Locale.ROOT));
  }

  /** The query of the last position but a few, over caches that were filled before. */
  private void decode(Heads heads, AttentionPattern pattern, DType type, Tensor shared) {
    AttentionSpec spec = heads.spec(pattern);
    run.group(
        List.of("attention decode"),
        shape(heads, pattern, type, 0),
        arena -> {
          requireAgreement(heads.small(), pattern, type);
          for (int batch : List.of(1, run.size(BATCH, 3))) {
            List<KvCache> caches = new ArrayList<>();
            try (Arena own = backend.arena()) {
              Tensor out = own.tensor(DType.F32, batch, 1, spec.nState());
              Tensor one = view(shared, batch, 1, inputs(spec));
              long cacheBytes = 2L * spec.cacheSlots() * spec.nState() * cache(type).byteSize();
              int copies = Math.min(COPIES, run.copies(batch * cacheBytes));
              for (int i = 0; i < copies; i++) {
                caches.add(filled(spec, batch, type, shared, own));
              }
              int position = lastQuery(spec);
              long read = 2L * spec.slotCount(position) * spec.nState() * cache(type).byteSize();
              long moved = (inputs(spec) + spec.nState()) * Float.BYTES;
              run.measure(
                  "attention decode",
                  shape(heads, pattern, type, batch),
                  new KernelResult.Work(
                      (double) batch * (read + moved),
                      4.0 * batch * spec.slotCount(position) * spec.nState(),
                      (double) caches.size() * batch * read),
                  caches.size(),
                  () ->
                      caches.forEach(
                          cache -> backend.attention().attend(cache, one, position, out)),
                  () -> requireFinite(out));
            }
          }
        });
  }

  /** Positions far into a block and the window, so that every pattern reads nearly all it can. */
  private static int lastQuery(AttentionSpec spec) {
    return spec.nCtx() - 2;
  }

  /** A cache after a whole window of random numbers. */
  private KvCache filled(AttentionSpec spec, int batch, DType type, Tensor shared, Arena arena) {
    KvCache cache = backend.attention().createCache(spec, batch, cache(type), arena);
    if (spec.pattern() == AttentionPattern.ENCODER) {
      backend
          .attention()
          .fillEncoder(cache, view(shared, batch, spec.keyLength(), 2L * spec.nState()));
    } else {
      try (Arena temporary = backend.arena()) {
        Tensor out = temporary.tensor(DType.F32, batch, spec.nCtx(), spec.nState());
        backend.attention().attend(cache, view(shared, batch, spec.nCtx(), inputs(spec)), 0, out);
        backend.synchronize();
      }
    }
    return cache;
  }

  private static long inputs(AttentionSpec spec) {
    return (spec.pattern() == AttentionPattern.ENCODER ? 1L : 3L) * spec.nState();
  }

  private void prefill(Heads heads, AttentionPattern pattern, DType type, Tensor shared) {
    AttentionSpec spec = heads.spec(pattern);
    run.group(
        List.of("attention prefill"),
        shape(heads, pattern, type, 1),
        arena -> {
          requireAgreement(heads.small(), pattern, type);
          KvCache cache = filled(spec, 1, type, shared, arena);
          Tensor qkv = view(shared, 1, spec.nCtx(), inputs(spec));
          Tensor out = arena.tensor(DType.F32, 1, spec.nCtx(), spec.nState());
          long pairs = 0;
          for (int position = 0; position < spec.nCtx(); position++) {
            pairs += spec.slotCount(position);
          }
          double bytes = (double) spec.nCtx() * (inputs(spec) + spec.nState()) * Float.BYTES;
          run.measure(
              "attention prefill",
              shape(heads, pattern, type, 1),
              new KernelResult.Work(bytes, 4.0 * pairs * spec.nState(), bytes),
              1,
              () -> backend.attention().attend(cache, qkv, 0, out),
              () -> requireFinite(out));
        });
  }

  private void requireFinite(Tensor out) {
    Checks.requireNumbers(backend.downloadFloats(out), "attended");
  }

  /** A window in two parts and a last query, against plain Java. */
  private void requireAgreement(Heads small, AttentionPattern pattern, DType type) {
    AttentionSpec spec = small.spec(pattern);
    double tolerance = cache(type) == DType.F32 ? 1e-3 : 1e-2;
    try (Backend java = Opened.reference()) {
      List<float[]> expected = attended(java, spec, java.attention().cacheType(type));
      List<float[]> actual = attended(backend, spec, cache(type));
      for (int i = 0; i < expected.size(); i++) {
        Checks.requireClose(
            expected.get(i), actual.get(i), tolerance, pattern + " and that of java");
      }
    }
  }

  private static List<float[]> attended(Backend backend, AttentionSpec spec, DType cacheType) {
    int batch = 2;
    int width = (int) inputs(spec);
    List<float[]> results = new ArrayList<>();
    try (Arena arena = backend.arena()) {
      KvCache cache = backend.attention().createCache(spec, batch, cacheType, arena);
      if (spec.pattern() == AttentionPattern.ENCODER) {
        Tensor kv = arena.tensor(DType.F32, batch, spec.keyLength(), 2L * spec.nState());
        backend.upload(kv, Opened.numbers(5, (int) kv.size(), 1));
        backend.attention().fillEncoder(cache, kv);
      }
      int start = 0;
      for (int count : new int[] {31, spec.nCtx() - 32, 1}) {
        Tensor qkv = arena.tensor(DType.F32, batch, count, width);
        Tensor out = arena.tensor(DType.F32, batch, count, spec.nState());
        backend.upload(qkv, Opened.numbers(start, (int) qkv.size(), 1));
        backend.attention().attend(cache, qkv, start, out);
        results.add(backend.downloadFloats(out));
        start += count;
      }
    }
    return results;
  }
}
