package dev.jukebox.compute.conformance;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The operands of a case, its results and its definition in double precision. */
final class AttentionData {
  /**
   * A layer and some positions from the first on.
   *
   * @param type what the keys and values are kept in
   */
  record Case(AttentionSpec spec, int batch, int count, DType type) {
    @Override
    public String toString() {
      return spec.pattern()
          + " "
          + spec.heads()
          + "x"
          + spec.headDim()
          + " of "
          + count
          + " "
          + type;
    }

    /** Whether a backend keeps keys and values of the case's type. */
    boolean suits(Backend backend) {
      return backend.attention().cacheType(type) == type;
    }
  }

  private final Case one;
  private final AttentionSpec spec;
  private final boolean encoder;
  private final int rowWidth;
  private final float[] qkv;
  private final float[] kv;

  AttentionData(Case one) {
    this.one = one;
    this.spec = one.spec;
    this.encoder = spec.pattern() == AttentionPattern.ENCODER;
    this.rowWidth = (encoder ? 1 : 3) * spec.nState();
    this.qkv = Numbers.random(7, one.batch * one.count * rowWidth, 1.5);
    this.kv = Numbers.random(8, one.batch * spec.keyLength() * 2 * spec.nState(), 1.5);
  }

  private AttentionData(Case one, float[] qkv, float[] kv) {
    this.one = one;
    this.spec = one.spec;
    this.encoder = spec.pattern() == AttentionPattern.ENCODER;
    this.rowWidth = (encoder ? 1 : 3) * spec.nState();
    this.qkv = qkv;
    this.kv = kv;
  }

  /** In full precision, with the keys and values that the case's type can hold. */
  AttentionData rounded() {
    float[] rounded = qkv.clone();
    for (int i = 0; i < rounded.length; i++) {
      if (i % rowWidth >= spec.nState()) {
        rounded[i] = rounded(rounded[i]);
      }
    }
    float[] roundedKv = kv.clone();
    for (int i = 0; i < roundedKv.length; i++) {
      roundedKv[i] = rounded(roundedKv[i]);
    }
    return new AttentionData(new Case(spec, one.batch, one.count, DType.F32), rounded, roundedKv);
  }

  private float rounded(float value) {
    return switch (one.type) {
      case F32 -> value;
      case F16 -> HalfFloats.fromHalf(HalfFloats.toHalf(value));
      case BF16 -> HalfFloats.fromBfloat(HalfFloats.toBfloat(value));
      case I8, I32 -> throw new AssertionError("no cache of " + one.type);
    };
  }

  KvCache cache(Backend backend, Arena arena) {
    KvCache cache = backend.attention().createCache(spec, one.batch, one.type, arena);
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
