package dev.jukebox.examples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Turns Ctrl-C into a request to stop, and gives the run time to save what it has. */
final class Interruption {
  private static final int SECONDS_TO_SAVE = 20;

  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);

  private Interruption() {}

  static Interruption install() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::stop, "interruption"));
    return interruption;
  }

  private void stop() {
    requested.set(true);
    try {
      done.await(SECONDS_TO_SAVE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isRequested() {
    return requested.get();
  }

  /** The run has ended and the JVM may. */
  void done() {
    done.countDown();
  }
}
