package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;
import static dev.jukebox.compute.cuda.CudaMemory.counter;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionOps;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.AttentionCheck;
import java.util.Optional;

/** Block-sparse attention, append and answer in one. */
final class CudaAttention implements AttentionOps {
  private final CudaContext context;

  CudaAttention(CudaContext context) {
    this.context = context;
  }

  /** Half the memory where the weights are kept in halves already. */
  @Override
  public DType cacheType(DType storage) {
    return switch (storage) {
      case F16, I8 -> DType.F16;
      case BF16 -> DType.BF16;
      case F32, I32 -> DType.F32;
    };
  }

  @Override
  public KvCache createCache(AttentionSpec spec, int batch, DType type, Arena arena) {
    return new KvCache(
        spec,
        batch,
        arena.tensor(type, batch, spec.cacheSlots(), spec.nState()),
        arena.tensor(type, batch, spec.cacheSlots(), spec.nState()));
  }

  private static int[] shape(AttentionSpec spec) {
    return new int[] {
      spec.pattern().attnFunc(),
      spec.heads(),
      spec.headDim(),
      spec.nCtx(),
      spec.blocks(),
      spec.keyLength()
    };
  }

  @Override
  public void fillEncoder(KvCache cache, Tensor kv) {
    AttentionCheck.fillEncoder(cache, kv);
    int status =
        CudaApi.attentionFill(
            context.handle(),
            shape(cache.spec()),
            cache.batch(),
            CudaMemory.code(cache.keys().dtype()),
            address(cache.keys()),
            address(cache.values()),
            address(kv));
    context.check(status, "fill encoder cache", cache.spec(), kv);
  }

  @Override
  public void attend(KvCache cache, Tensor qkv, Position start, Tensor out) {
    run(cache, qkv, start, out, 0, Optional.empty());
  }

  @Override
  public void attendRecording(
      KvCache cache, Tensor qkv, int start, Tensor out, int head, Tensor weights) {
    AttentionCheck.recording(cache, qkv, head, weights);
    run(cache, qkv, Position.at(start), out, head, Optional.of(weights));
  }

  private void run(
      KvCache cache, Tensor qkv, Position start, Tensor out, int head, Optional<Tensor> weights) {
    AttentionCheck.attend(cache, qkv, start.offset(), out);
    int status =
        CudaApi.attentionAttend(
            context.handle(),
            shape(cache.spec()),
            cache.batch(),
            CudaMemory.code(cache.keys().dtype()),
            address(cache.keys()),
            address(cache.values()),
            address(qkv),
            qkv.shape().dim(1),
            start.offset(),
            counter(start),
            address(out),
            head,
            address(weights));
    context.check(status, "attention", cache.spec(), qkv, out);
  }
}
