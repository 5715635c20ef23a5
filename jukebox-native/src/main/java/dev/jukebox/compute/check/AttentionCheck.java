package dev.jukebox.compute.check;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;

/**
 * The arguments of {@link dev.jukebox.compute.AttentionOps} and {@link
 * dev.jukebox.compute.AttentionGradients}.
 */
public final class AttentionCheck {

  private static final String WINDOW = "attention over a window";

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

  /** Requires queries, keys and values of a whole window, and a place for the answers. */
  public static void window(AttentionSpec spec, Tensor qkv, Tensor out) {
    requirePattern(spec, false, qkv);
    long batch = batch(qkv, "qkv");
    Check.requireShape(WINDOW, "qkv", qkv, DType.F32, batch, spec.nCtx(), 3L * spec.nState());
    Check.requireShape(WINDOW, "out", out, DType.F32, batch, spec.nCtx(), spec.nState());
  }

  /** Requires what {@link #window} does, and gradients of the same shapes. */
  public static void windowGradient(
      AttentionSpec spec, Tensor qkv, Tensor out, Tensor dOut, Tensor dQkv) {
    window(spec, qkv, out);
    Check.requireShape(WINDOW, "dOut", dOut, DType.F32, out.shape().toArray());
    Check.requireShape(WINDOW, "dQkv", dQkv, DType.F32, qkv.shape().toArray());
  }

  /** Requires queries of a whole window, encoder keys and values, and a place for the answers. */
  public static void encoderWindow(AttentionSpec spec, Tensor queries, Tensor kv, Tensor out) {
    requirePattern(spec, true, queries);
    long batch = batch(queries, "queries");
    long[] shape = {batch, spec.nCtx(), spec.nState()};
    Check.requireShape(WINDOW, "queries", queries, DType.F32, shape);
    Check.requireShape(WINDOW, "kv", kv, DType.F32, batch, spec.keyLength(), 2L * spec.nState());
    Check.requireShape(WINDOW, "out", out, DType.F32, shape);
  }

  /** Requires what {@link #encoderWindow} does, and gradients of the same shapes. */
  public static void encoderWindowGradient(
      AttentionSpec spec,
      Tensor queries,
      Tensor kv,
      Tensor out,
      Tensor dOut,
      Tensor dQueries,
      Tensor dKv) {
    encoderWindow(spec, queries, kv, out);
    Check.requireShape(WINDOW, "dOut", dOut, DType.F32, out.shape().toArray());
    Check.requireShape(WINDOW, "dQueries", dQueries, DType.F32, queries.shape().toArray());
    Check.requireShape(WINDOW, "dKv", dKv, DType.F32, kv.shape().toArray());
  }

  private static void requirePattern(AttentionSpec spec, boolean encoder, Tensor tensor) {
    Check.require(
        (spec.pattern() == AttentionPattern.ENCODER) == encoder,
        WINDOW,
        "the pattern of a layer over",
        tensor,
        (encoder ? "ENCODER" : "any pattern but ENCODER") + " where it is " + spec.pattern());
  }

  private static long batch(Tensor tensor, String name) {
    Check.require(tensor.shape().rank() == 3, WINDOW, name, tensor, "[batch, nCtx, ...]");
    return tensor.shape().dim(0);
  }
}
