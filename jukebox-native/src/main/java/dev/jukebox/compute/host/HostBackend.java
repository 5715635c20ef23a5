package dev.jukebox.compute.host;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionOps;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.ComposedOps;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.EmbeddingOps;
import dev.jukebox.compute.FusedOps;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.compute.LinearOps;
import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.SamplingOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.TrainingOps;
import dev.jukebox.compute.check.Check;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** A backend whose tensors lie in this process's memory. */
public final class HostBackend implements Backend {
  private static final int UPLOAD_ELEMENTS = 1 << 20;

  private final String name;
  private final String description;
  private final HostAllocator allocator;
  private final HostOps ops;
  private final Runnable release;
  private final AtomicLong liveBytes = new AtomicLong();

  /**
   * A backend of these parts.
   *
   * @param release frees threads and the like; called by close
   */
  public HostBackend(
      String name, String description, HostAllocator allocator, HostOps ops, Runnable release) {
    this.name = name;
    this.description = description;
    this.allocator = allocator;
    this.ops = ops;
    this.release = release;
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
    return new HostArena(allocator, liveBytes);
  }

  @Override
  public long liveBytes() {
    return liveBytes.get();
  }

  @Override
  public long freeBytes() {
    return HostFreeMemory.bytes();
  }

  @Override
  public void upload(Tensor target, float[] values) {
    Check.require(
        target.size() == values.length, "upload", "target", target, values.length + " elements");
    HostTensors.floats(target).put(values);
  }

  @Override
  public void upload(Tensor target, int[] values) {
    Check.require(
        target.size() == values.length, "upload", "target", target, values.length + " elements");
    HostTensors.ints(target).put(values);
  }

  @Override
  public void upload(Tensor target, ElementSource source) {
    Check.require(
        target.size() == source.size() && target.dtype() == DType.F32,
        "upload",
        "target",
        target,
        source.size() + " elements F32");
    FloatBuffer out = HostTensors.floats(target);
    float[] piece = new float[(int) Math.min(UPLOAD_ELEMENTS, source.size())];
    for (long start = 0; start < source.size(); start += piece.length) {
      int count = (int) Math.min(piece.length, source.size() - start);
      HalfFloats.widen(source.dtype(), source.elements(start, count), piece, count);
      out.put(piece, 0, count);
    }
  }

  @Override
  public float[] downloadFloats(Tensor source) {
    float[] values = new float[Math.toIntExact(source.size())];
    HostTensors.floats(source).get(values);
    return values;
  }

  @Override
  public int[] downloadInts(Tensor source) {
    int[] values = new int[Math.toIntExact(source.size())];
    HostTensors.ints(source).get(values);
    return values;
  }

  @Override
  public LinearOps linear() {
    return ops.linear();
  }

  @Override
  public NormOps norm() {
    return ops.norm();
  }

  @Override
  public AttentionOps attention() {
    return ops.attention();
  }

  @Override
  public ConvOps conv() {
    return ops.conv();
  }

  @Override
  public EmbeddingOps embedding() {
    return ops.embedding();
  }

  @Override
  public CodebookOps codebook() {
    return ops.codebook();
  }

  @Override
  public SamplingOps sampling() {
    return ops.sampling();
  }

  @Override
  public ElementwiseOps elementwise() {
    return ops.elementwise();
  }

  @Override
  public OptimizerOps optimizer() {
    return ops.optimizer();
  }

  @Override
  public TrainingOps training() {
    return ops.training();
  }

  @Override
  public FusedOps fused() {
    return new ComposedOps(this);
  }

  @Override
  public Graph capture(Runnable body) {
    return new HostGraph(body);
  }

  @Override
  public void synchronize() {}

  @Override
  public void close() {
    release.run();
  }
}
