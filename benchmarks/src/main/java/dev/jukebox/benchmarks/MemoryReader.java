package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.host.HostTensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads memory of a host backend as fast as several threads can: pairs of equal blocks are compared
 * by the JVM's vectorised comparison, which does nothing but read where they are equal.
 */
final class MemoryReader implements AutoCloseable {
  private static final int BLOCK_MEGABYTES = 32;
  private static final int PIECE = 1 << 20;

  private record Pair(ByteBuffer first, ByteBuffer second) {
    boolean same() {
      return first.mismatch(second) < 0;
    }
  }

  private final Arena arena;
  private final List<Pair> pairs = new ArrayList<>();
  private final ExecutorService executor;
  private final int threads;
  private long bytes;

  /**
   * Allocates and writes the memory.
   *
   * @param megabytes 2^20 bytes each; rounded up to whole pairs of blocks
   */
  MemoryReader(Backend backend, int megabytes, int threads) {
    this.arena = backend.arena();
    this.threads = threads;
    this.executor = Executors.newFixedThreadPool(threads);
    int elements = BLOCK_MEGABYTES << 18;
    float[] values = Opened.numbers(1, elements, 1);
    int blockPairs = (megabytes + 2 * BLOCK_MEGABYTES - 1) / (2 * BLOCK_MEGABYTES);
    for (int i = 0; i < blockPairs; i++) {
      Tensor first = arena.tensor(DType.F32, elements);
      Tensor second = arena.tensor(DType.F32, elements);
      backend.upload(first, values);
      backend.upload(second, values);
      for (int start = 0; start < first.byteSize(); start += PIECE) {
        pairs.add(
            new Pair(
                HostTensors.bytes(first).slice(start, PIECE),
                HostTensors.bytes(second).slice(start, PIECE)));
      }
      bytes += first.byteSize() + second.byteSize();
    }
  }

  /** Bytes that one call of {@link #read} reads. */
  long bytes() {
    return bytes;
  }

  /** Reads everything once; returns the number of pieces that were equal. */
  int read() throws InterruptedException, ExecutionException {
    AtomicInteger next = new AtomicInteger();
    Callable<Integer> reader =
        () -> {
          int same = 0;
          for (int i = next.getAndIncrement(); i < pairs.size(); i = next.getAndIncrement()) {
            same += pairs.get(i).same() ? 1 : 0;
          }
          return same;
        };
    int same = 0;
    for (Future<Integer> future : executor.invokeAll(Collections.nCopies(threads, reader))) {
      same += future.get();
    }
    return same;
  }

  /** Throws unless a reading sees every piece, and a change of one last byte. */
  void check() throws InterruptedException, ExecutionException {
    Checks.require(!pairs.isEmpty() && read() == pairs.size(), "equal blocks were read as others");
    for (Pair pair : pairs) {
      byte last = pair.second().get(PIECE - 1);
      pair.second().put(PIECE - 1, (byte) (last + 1));
      Checks.require(!pair.same(), "a changed byte was not read");
      pair.second().put(PIECE - 1, last);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    pairs.clear();
    arena.close();
  }
}
