package dev.jukebox.compute.host;

import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The threads of one plain-Java backend. */
public final class HostThreads implements AutoCloseable {
  private final ForkJoinPool pool;

  /**
   * @param threads number of threads that compute
   */
  public HostThreads(int threads) {
    this.pool = new ForkJoinPool(threads);
  }

  /** Runs the body for every index below {@code count}, in any order, and waits. */
  void forEach(int count, IntConsumer body) {
    if (count <= 1) {
      IntStream.range(0, count).forEach(body);
    } else {
      pool.submit(() -> IntStream.range(0, count).parallel().forEach(body)).join();
    }
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
