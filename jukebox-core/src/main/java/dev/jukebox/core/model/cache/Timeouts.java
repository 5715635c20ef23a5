package dev.jukebox.core.model.cache;

import java.time.Duration;

/**
 * How patient a transfer is.
 *
 * @param connect longest wait for a connection and for the head of a response
 * @param idle longest wait for the next bytes
 * @param attempts tries of one source in a row that bring no byte
 * @param pause wait before the second try; doubled before each further one
 */
record Timeouts(Duration connect, Duration idle, int attempts, Duration pause) {

  static final Timeouts STANDARD =
      new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(60), 5, Duration.ofSeconds(1));

  Duration pauseBefore(int attempt) {
    return pause.multipliedBy(1L << Math.min(attempt - 1, 5));
  }
}
