package dev.jukebox.core.model.cache;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes a stream on which nothing has arrived for a while, so that a read of it ends. */
final class IdleGuard implements AutoCloseable {

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "jukebox-download-guard");
            thread.setDaemon(true);
            return thread;
          });

  private final Closeable stream;
  private final long limitNanos;
  private final ScheduledFuture<?> looking;
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean idle;

  IdleGuard(Closeable stream, Duration limit) {
    this.stream = stream;
    this.limitNanos = limit.toNanos();
    long period = Math.max(1, limitNanos / 4);
    looking = timer.scheduleAtFixedRate(this::look, period, period, TimeUnit.NANOSECONDS);
  }

  /** Something has arrived. */
  void touch() {
    lastNanos = System.nanoTime();
  }

  /** Whether the stream was closed for being idle. */
  boolean wasIdle() {
    return idle;
  }

  private void look() {
    if (System.nanoTime() - lastNanos > limitNanos && !idle) {
      idle = true;
      try {
        stream.close();
      } catch (IOException e) {
        // The reader of the stream reports why it ended.
        looking.cancel(false);
      }
    }
  }

  @Override
  public void close() {
    looking.cancel(false);
    timer.shutdownNow();
  }
}
