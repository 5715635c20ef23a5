package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.Tensor;
import java.util.Arrays;

/** Copies one half of a memory to the other, where the backend computes. */
final class DeviceCopy implements AutoCloseable {
  private static final int ROW = 4096;

  private final Backend backend;
  private final Arena arena;
  private final Tensor source;
  private final Tensor target;
  private final Graph graph;

  /**
   * Allocates and fills the memory.
   *
   * @param bytes read and written together; rounded down to whole rows
   */
  DeviceCopy(Backend backend, long bytes) {
    this.backend = backend;
    this.arena = backend.arena();
    long rows = Math.max(1, bytes / (2L * ROW * Float.BYTES));
    source = arena.tensor(DType.F32, 1, rows, ROW);
    target = arena.tensor(DType.F32, 1, rows, ROW);
    backend.upload(source, new RandomTensors(1).normal(0, 1, rows, ROW).elements());
    copy();
    graph = backend.capture(this::copy);
  }

  /** Bytes read and written by one copy. */
  long bytes() {
    return source.byteSize() + target.byteSize();
  }

  private void copy() {
    backend.elementwise().copyPositions(source, 0, target, 0, source.shape().dim(1));
  }

  /** Copies so many times, and waits. */
  void run(int times) {
    for (int i = 0; i < times; i++) {
      graph.launch();
    }
    backend.synchronize();
  }

  /** Throws unless a copy has the numbers that it was made of. */
  void check() {
    run(1);
    long rows = source.shape().dim(1);
    for (long row : new long[] {0, rows / 2, rows - 1}) {
      float[] expected = row(source, rows, row);
      Checks.requireNumbers(expected, "what is copied");
      Checks.require(Arrays.equals(expected, row(target, rows, row)), "a row was copied wrong");
    }
  }

  private float[] row(Tensor tensor, long rows, long row) {
    return backend.downloadFloats(tensor.reshape(rows, ROW).slice(row, 1));
  }

  @Override
  public void close() {
    graph.close();
    arena.close();
  }
}
