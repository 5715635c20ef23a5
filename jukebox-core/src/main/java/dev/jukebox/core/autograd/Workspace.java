package dev.jukebox.core.autograd;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Tensors that are taken and given back, so that every step of training uses the memory of the
 * first.
 *
 * <p>What a taken tensor holds means nothing until it is written.
 */
public final class Workspace implements AutoCloseable {
  private record Kind(DType dtype, long size) {}

  private final Backend backend;
  private final Arena arena;
  private final Map<Kind, Deque<Tensor>> free = new HashMap<>();
  private long takenBytes;
  private long peakBytes;

  /** An empty workspace. */
  public Workspace(Backend backend) {
    this.backend = backend;
    this.arena = backend.arena();
  }

  /** The backend that holds the tensors. */
  public Backend backend() {
    return backend;
  }

  /** A tensor of any contents. */
  public Tensor take(DType dtype, long... dims) {
    Kind kind = new Kind(dtype, Shape.of(dims).size());
    Deque<Tensor> available = free.get(kind);
    Tensor flat =
        available == null || available.isEmpty()
            ? arena.tensor(dtype, kind.size())
            : available.pop();
    takenBytes += flat.byteSize();
    peakBytes = Math.max(peakBytes, takenBytes);
    return flat.reshape(dims);
  }

  /** Takes back a tensor that {@link #take} gave; it must not be used any more. */
  public void give(Tensor tensor) {
    takenBytes -= tensor.byteSize();
    free.computeIfAbsent(new Kind(tensor.dtype(), tensor.size()), kind -> new ArrayDeque<>())
        .push(tensor.reshape(tensor.size()));
  }

  /** Bytes that are taken now. */
  public long takenBytes() {
    return takenBytes;
  }

  /** The most bytes that were taken at one time. */
  public long peakBytes() {
    return peakBytes;
  }

  /** Frees all tensors, also those that were not given back. */
  @Override
  public void close() {
    arena.close();
  }
}
