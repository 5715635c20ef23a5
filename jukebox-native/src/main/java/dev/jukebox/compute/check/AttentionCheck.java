package dev.jukebox.compute.check;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.AttentionOps}. */
public final class AttentionCheck {

  private AttentionCheck() {}

  /** Requires the keys and values of every encoder position. */
  public static void fillEncoder(KvCache cache, Tensor kv) {
    AttentionSpec spec = cache.spec();
    Check.requireShape(
        "fill encoder cache",
        "kv",
        kv,
        DType.F32,
        cache.batch(),
        spec.keyLength(),
        2L * spec.nState());
  }

  /** Requires queries, keys and values of positions from {@code start} on within the window. */
  public static void attend(KvCache cache, Tensor qkv, long start, Tensor out) {
    AttentionSpec spec = cache.spec();
    Check.require(qkv.shape().rank() == 3, "attention", "qkv", qkv, "[batch, count, ...]");
    long count = qkv.shape().dim(1);
    long width = (spec.pattern() == AttentionPattern.ENCODER ? 1L : 3L) * spec.nState();
    Check.requireShape("attention", "qkv", qkv, DType.F32, cache.batch(), count, width);
    Check.requireShape("attention", "out", out, DType.F32, cache.batch(), count, spec.nState());
    Check.require(
        start >= 0 && start + count <= spec.nCtx(),
        "attention",
        "qkv at position " + start,
        qkv,
        "positions below " + spec.nCtx());
  }

  /** Requires a head of the layer and a row of weights for each query. */
  public static void recording(KvCache cache, Tensor qkv, int head, Tensor weights) {
    AttentionSpec spec = cache.spec();
    Check.requireShape(
        "attention",
        "weights",
        weights,
        DType.F32,
        cache.batch(),
        qkv.shape().dim(1),
        spec.cacheSlots());
    Check.require(
        head >= 0 && head < spec.heads(),
        "attention",
        "recorded head " + head,
        qkv,
        spec.toString());
  }
}
