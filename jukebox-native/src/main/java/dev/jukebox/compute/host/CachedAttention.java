package dev.jukebox.compute.host;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionOps;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.AttentionCheck;
import java.util.Optional;

/**
 * Attention whose pattern lives in the cache's layout: every query reads one contiguous range of
 * cache rows, so that a kernel knows ranges and no patterns.
 */
public abstract class CachedAttention implements AttentionOps {

  /**
   * Where one call's weights of one head go.
   *
   * @param head the head
   * @param weights F32 [batch, count, slots], zeros before
   */
  public record Recording(int head, Tensor weights) {}

  /** Writes the keys and values of positions into their cache rows. */
  protected abstract void append(KvCache cache, Tensor qkv, int offset, int start, int count);

  /**
   * Answers the queries of positions [start, start + count), which begin at entry {@code offset} of
   * each item of {@code qkv} and {@code out}.
   */
  protected abstract void answer(
      KvCache cache,
      Tensor qkv,
      int offset,
      int start,
      int count,
      Tensor out,
      Optional<Recording> recording);

  @Override
  public final DType cacheType(DType storage) {
    return DType.F32;
  }

  @Override
  public final KvCache createCache(AttentionSpec spec, int batch, DType type, Arena arena) {
    return new KvCache(
        spec,
        batch,
        arena.tensor(type, batch, spec.cacheSlots(), spec.nState()),
        arena.tensor(type, batch, spec.cacheSlots(), spec.nState()));
  }

  @Override
  public final void attend(KvCache cache, Tensor qkv, Position start, Tensor out) {
    run(cache, qkv, Math.toIntExact(HostTensors.value(start)), out, Optional.empty());
  }

  @Override
  public final void attendRecording(
      KvCache cache, Tensor qkv, int start, Tensor out, int head, Tensor weights) {
    AttentionCheck.recording(cache, qkv, head, weights);
    run(cache, qkv, start, out, Optional.of(new Recording(head, weights)));
  }

  private void run(
      KvCache cache, Tensor qkv, int start, Tensor out, Optional<Recording> recording) {
    AttentionSpec spec = cache.spec();
    boolean encoder = spec.pattern() == AttentionPattern.ENCODER;
    int count = Math.toIntExact(qkv.shape().dim(1));
    AttentionCheck.attend(cache, qkv, start, out);
    int offset = 0;
    while (offset < count) {
      int position = start + offset;
      int segment = Math.min(count - offset, spec.segmentEnd(position) - position);
      if (!encoder) {
        append(cache, qkv, offset, position, segment);
      }
      answer(cache, qkv, offset, position, segment, out, recording);
      offset += segment;
    }
  }
}
