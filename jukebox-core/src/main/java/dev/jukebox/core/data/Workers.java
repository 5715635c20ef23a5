package dev.jukebox.core.data;

import dev.jukebox.error.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A few background threads that end when closed and never keep a program running. */
final class Workers implements AutoCloseable {

  private static final String CLOSED = "The training data were closed while they were read.";

  private final ThreadPoolExecutor pool;

  Workers(String name, int threads) {
    AtomicInteger count = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @throws CancelledException if this was closed
   */
  <T> Future<T> submit(Callable<T> task) {
    try {
      return pool.submit(task);
    } catch (RejectedExecutionException e) {
      throw new CancelledException(CLOSED, e);
    }
  }

  /**
   * What a task returned; what it threw is thrown here.
   *
   * @throws CancelledException if this thread is interrupted while it waits, or the task was
   *     dropped
   */
  static <T> T result(Future<T> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (CancellationException e) {
      throw new CancelledException(CLOSED, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("Reading of training data was interrupted.", e);
    }
  }

  /** Ends the threads: what has not begun is dropped, what has begun is waited for. */
  @Override
  public void close() {
    // An interrupt would make a file that is being read look like one that cannot be.
    pool.shutdown();
    List<Runnable> dropped = new ArrayList<>();
    pool.getQueue().drainTo(dropped);
    dropped.forEach(task -> ((Future<?>) task).cancel(false));
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
