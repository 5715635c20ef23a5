package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.AttentionCheck;
import dev.jukebox.compute.host.CachedAttention;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Attention over contiguous ranges of cache rows. */
final class CppAttention extends CachedAttention {
  private final CppEngine engine;

  CppAttention(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void fillEncoder(KvCache cache, Tensor kv) {
    AttentionSpec spec = cache.spec();
    int width = spec.nState();
    int length = spec.keyLength();
    AttentionCheck.fillEncoder(cache, kv);
    int[] slots = IntStream.range(0, length).toArray();
    append(cache, address(kv), 0, width, 2L * width, 2L * width * length, slots, kv);
  }

  @Override
  protected void append(KvCache cache, Tensor qkv, int offset, int start, int count) {
    AttentionSpec spec = cache.spec();
    int width = spec.nState();
    int[] slots = new int[count];
    Arrays.setAll(slots, i -> spec.slotOf(start + i));
    long row = 3L * width;
    long first = address(qkv) + offset * row * Float.BYTES;
    append(cache, first, width, 2L * width, row, row * qkv.shape().dim(1), slots, qkv);
  }

  /** Copies from positions at {@code first} whose keys and values lie so many floats behind. */
  private void append(
      KvCache cache,
      long first,
      long keys,
      long values,
      long rowStride,
      long itemStride,
      int[] slots,
      Tensor source) {
    AttentionSpec spec = cache.spec();
    int status =
        NativeApi.attentionAppend(
            engine.handle(),
            first + keys * Float.BYTES,
            first + values * Float.BYTES,
            itemStride,
            rowStride,
            cache.batch(),
            slots.length,
            spec.nState(),
            slots,
            address(cache.keys()),
            address(cache.values()),
            spec.cacheSlots());
    CppEngine.check(status, "attention append", spec, source);
  }

  @Override
  protected void answer(
      KvCache cache,
      Tensor qkv,
      int offset,
      int start,
      int count,
      Tensor out,
      Optional<Recording> recording) {
    AttentionSpec spec = cache.spec();
    int width = spec.nState();
    long length = qkv.shape().dim(1);
    long row = spec.pattern() == AttentionPattern.ENCODER ? width : 3L * width;
    int[] firsts = new int[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      firsts[i] = spec.firstSlot(start + i);
      lengths[i] = spec.slotCount(start + i);
    }
    long slots = spec.cacheSlots();
    long weights =
        recording.isPresent()
            ? address(recording.get().weights()) + offset * slots * Float.BYTES
            : 0;
    int status =
        NativeApi.attentionAttend(
            engine.handle(),
            address(qkv) + offset * row * Float.BYTES,
            row * length,
            row,
            address(cache.keys()),
            address(cache.values()),
            slots,
            cache.batch(),
            count,
            spec.heads(),
            spec.headDim(),
            firsts,
            lengths,
            address(out) + (long) offset * width * Float.BYTES,
            width * length,
            recording.map(Recording::head).orElse(0),
            weights,
            slots * length);
    CppEngine.check(status, "attention", spec, qkv, out);
  }
}
