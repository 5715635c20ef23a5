package dev.jukebox.compute;

import dev.jukebox.error.InvalidInputException;

/**
 * How a backend is opened.
 *
 * @param threads number of threads that compute, at least 1
 */
public record BackendOptions(int threads) {

  public BackendOptions {
    if (threads < 1) {
      throw new InvalidInputException("threads is " + threads + ", expected at least 1");
    }
  }

  /** One thread for each processor. */
  public static BackendOptions defaults() {
    return new BackendOptions(Runtime.getRuntime().availableProcessors());
  }
}
