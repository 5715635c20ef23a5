package dev.jukebox.compute.host;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.AttentionCheck;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Attention in plain Java: scores, softmax, weighted sum, one query and head at a time. */
final class HostAttention extends CachedAttention {
  private final HostThreads threads;

  HostAttention(HostThreads threads) {
    this.threads = threads;
  }

  @Override
  public void fillEncoder(KvCache cache, Tensor kv) {
    AttentionSpec spec = cache.spec();
    int nState = spec.nState();
    AttentionCheck.fillEncoder(cache, kv);
    FloatBuffer source = HostTensors.floats(kv);
    FloatBuffer keys = HostTensors.floats(cache.keys());
    FloatBuffer values = HostTensors.floats(cache.values());
    for (int row = 0; row < cache.batch() * spec.keyLength(); row++) {
      keys.put(row * nState, source, 2 * row * nState, nState);
      values.put(row * nState, source, (2 * row + 1) * nState, nState);
    }
  }

  @Override
  protected void append(KvCache cache, Tensor qkv, int offset, int start, int count) {
    AttentionSpec spec = cache.spec();
    int nState = spec.nState();
    int length = Math.toIntExact(qkv.shape().dim(1));
    FloatBuffer source = HostTensors.floats(qkv);
    FloatBuffer keys = HostTensors.floats(cache.keys());
    FloatBuffer values = HostTensors.floats(cache.values());
    for (int n = 0; n < cache.batch(); n++) {
      for (int i = 0; i < count; i++) {
        int slot = spec.slotOf(start + i);
        if (slot >= 0) {
          int from = (n * length + offset + i) * 3 * nState;
          int to = (n * spec.cacheSlots() + slot) * nState;
          keys.put(to, source, from + nState, nState);
          values.put(to, source, from + 2 * nState, nState);
        }
      }
    }
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
    threads.forEach(
        cache.batch() * count,
        task -> answerOne(cache, qkv, offset, start, task / count, task % count, out, recording));
  }

  private static void answerOne(
      KvCache cache,
      Tensor qkv,
      int offset,
      int start,
      int item,
      int i,
      Tensor out,
      Optional<Recording> recording) {
    AttentionSpec spec = cache.spec();
    int nState = spec.nState();
    int headDim = spec.headDim();
    int length = Math.toIntExact(qkv.shape().dim(1));
    int first = spec.firstSlot(start + i);
    int slots = spec.slotCount(start + i);
    int queryWidth = spec.pattern() == AttentionPattern.ENCODER ? nState : 3 * nState;
    FloatBuffer keys = HostTensors.floats(cache.keys());
    FloatBuffer values = HostTensors.floats(cache.values());
    float[] query = new float[headDim];
    float[] row = new float[headDim];
    float[] weights = new float[slots];
    float[] result = new float[headDim];
    for (int head = 0; head < spec.heads(); head++) {
      HostTensors.floats(qkv)
          .get((item * length + offset + i) * queryWidth + head * headDim, query);
      int base = (item * spec.cacheSlots() + first) * nState + head * headDim;
      for (int s = 0; s < slots; s++) {
        keys.get(base + s * nState, row);
        float dot = 0;
        for (int c = 0; c < headDim; c++) {
          dot += query[c] * row[c];
        }
        weights[s] = (float) (dot / Math.sqrt(headDim));
      }
      softmax(weights);
      Arrays.fill(result, 0);
      for (int s = 0; s < slots; s++) {
        values.get(base + s * nState, row);
        for (int c = 0; c < headDim; c++) {
          result[c] += weights[s] * row[c];
        }
      }
      HostTensors.floats(out).put((item * length + offset + i) * nState + head * headDim, result);
      if (recording.isPresent() && recording.get().head() == head) {
        HostTensors.floats(recording.get().weights())
            .put((item * length + offset + i) * spec.cacheSlots() + first, weights);
      }
    }
  }

  private static void softmax(float[] weights) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float weight : weights) {
      largest = Math.max(largest, weight);
    }
    float sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.exp(weights[i] - largest);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
  }
}
