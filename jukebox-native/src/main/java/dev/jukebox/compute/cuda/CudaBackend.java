package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionOps;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.EmbeddingOps;
import dev.jukebox.compute.FusedOps;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.LinearOps;
import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.SamplingOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.Check;
import java.nio.ByteBuffer;

/** A backend whose tensors lie in the memory of an NVIDIA device. */
final class CudaBackend implements Backend {
  private static final int UPLOAD_ELEMENTS = 1 << 24;

  private final String name;
  private final String description;
  private final CudaContext context;
  private final CudaNorm norm;
  private final CudaLinear linear;

  CudaBackend(String name, String description, CudaContext context) {
    this.name = name;
    this.description = description;
    this.context = context;
    this.norm = new CudaNorm(context);
    this.linear = new CudaLinear(context, norm);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Arena arena() {
    return new CudaArena(context);
  }

  @Override
  public long liveBytes() {
    return context.liveBytes();
  }

  @Override
  public long freeBytes() {
    return context.freeBytes();
  }

  @Override
  public void upload(Tensor target, float[] values) {
    require(target, DType.F32, values.length);
    int status = CudaApi.copyIn(context.handle(), address(target), values, target.byteSize());
    context.check(status, "upload", target);
  }

  @Override
  public void upload(Tensor target, int[] values) {
    require(target, DType.I32, values.length);
    int status = CudaApi.copyIn(context.handle(), address(target), values, target.byteSize());
    context.check(status, "upload", target);
  }

  @Override
  public void upload(Tensor target, ElementSource source) {
    require(target, DType.F32, source.size());
    for (long start = 0; start < source.size(); start += UPLOAD_ELEMENTS) {
      int count = (int) Math.min(UPLOAD_ELEMENTS, source.size() - start);
      int status =
          CudaApi.convertIn(
              context.handle(),
              address(target) + start * Float.BYTES,
              direct(source.elements(start, count)),
              CudaMemory.code(source.dtype()),
              count);
      context.check(status, "upload", target);
    }
  }

  /** Mapped files are direct already and travel without a copy. */
  private static ByteBuffer direct(ByteBuffer elements) {
    return elements.isDirect()
        ? elements
        : ByteBuffer.allocateDirect(elements.remaining()).put(elements).flip();
  }

  private static void require(Tensor target, DType type, long size) {
    Check.require(
        target.size() == size && target.dtype() == type,
        "upload",
        "target",
        target,
        size + " elements " + type);
  }

  @Override
  public float[] downloadFloats(Tensor source) {
    Check.require(source.dtype() == DType.F32, "download", "source", source, "elements F32");
    float[] values = new float[Math.toIntExact(source.size())];
    int status = CudaApi.copyOut(context.handle(), values, address(source), source.byteSize());
    context.check(status, "download", source);
    return values;
  }

  @Override
  public int[] downloadInts(Tensor source) {
    Check.require(source.dtype() == DType.I32, "download", "source", source, "elements I32");
    int[] values = new int[Math.toIntExact(source.size())];
    int status = CudaApi.copyOut(context.handle(), values, address(source), source.byteSize());
    context.check(status, "download", source);
    return values;
  }

  @Override
  public LinearOps linear() {
    return linear;
  }

  @Override
  public NormOps norm() {
    return norm;
  }

  @Override
  public AttentionOps attention() {
    return new CudaAttention(context);
  }

  @Override
  public ConvOps conv() {
    return new CudaConv(context);
  }

  @Override
  public EmbeddingOps embedding() {
    return new CudaEmbedding(context);
  }

  @Override
  public CodebookOps codebook() {
    return new CudaCodebook(context);
  }

  @Override
  public SamplingOps sampling() {
    return new CudaSampling(context);
  }

  @Override
  public ElementwiseOps elementwise() {
    return new CudaElementwise(context);
  }

  @Override
  public OptimizerOps optimizer() {
    return new CudaOptimizer(context);
  }

  @Override
  public FusedOps fused() {
    return linear;
  }

  @Override
  public Graph capture(Runnable body) {
    return CudaGraph.capture(context, body);
  }

  @Override
  public void synchronize() {
    context.check(CudaApi.synchronize(context.handle()), "synchronize");
  }

  @Override
  public void close() {
    context.close();
  }
}
