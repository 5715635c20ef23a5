package dev.jukebox.examples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Turns Ctrl-C into a request to stop, and gives the run time to save what it has. */
final class Interruption {
  private static final int SECONDS_TO_SAVE = 20;
  private static final int SECONDS_OF_A_STEP = 1800;

  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);

  private final String message;
  private final int seconds;

  private Interruption(String message, int seconds) {
    this.message = message;
    this.seconds = seconds;
  }

  /** For a run that ends between two codes. */
  static Interruption install() {
    return install(new Interruption("", SECONDS_TO_SAVE));
  }

  /**
   * For a run that ends between two steps, which can be long.
   *
   * @param message what is said when it is asked to stop
   */
  static Interruption install(String message) {
    return install(new Interruption(message, SECONDS_OF_A_STEP));
  }

  private static Interruption install(Interruption interruption) {
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::stop, "interruption"));
    return interruption;
  }

  private void stop() {
    requested.set(true);
    if (!message.isEmpty() && done.getCount() > 0) {
      System.err.println();
      System.err.println(message);
    }
    try {
      done.await(seconds, TimeUnit.SECONDS);
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
