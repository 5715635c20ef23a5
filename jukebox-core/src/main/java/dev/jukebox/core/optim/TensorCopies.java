package dev.jukebox.core.optim;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** Copies of whole F32 tensors within a backend. */
final class TensorCopies {
  private static final long PIECE = 1 << 20;

  private TensorCopies() {}

  static void copy(Backend backend, Tensor source, Tensor target) {
    long size = source.size();
    backend.elementwise().copyPositions(row(source), 0, row(target), 0, size);
  }

  /** Exchanges the elements of two tensors of one size, with little memory beside them. */
  static void exchange(Backend backend, Tensor a, Tensor b) {
    long size = a.size();
    try (Arena scratch = backend.arena()) {
      Tensor kept = row(scratch.tensor(DType.F32, Math.min(PIECE, size)));
      for (long start = 0; start < size; start += PIECE) {
        long count = Math.min(PIECE, size - start);
        backend.elementwise().copyPositions(row(a), start, kept, 0, count);
        backend.elementwise().copyPositions(row(b), start, row(a), start, count);
        backend.elementwise().copyPositions(kept, 0, row(b), start, count);
      }
      backend.synchronize();
    }
  }

  private static Tensor row(Tensor tensor) {
    return tensor.reshape(1, tensor.size(), 1);
  }
}
