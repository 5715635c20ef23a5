package dev.jukebox.compute;

import dev.jukebox.error.InvalidInputException;

/**
 * How a backend is opened.
 *
 * @param threads number of threads that compute on a host backend, at least 1
 * @param device number of the device of a backend that has several, from 0
 */
public record BackendOptions(int threads, int device) {

  public BackendOptions {
    if (threads < 1) {
      throw new InvalidInputException("threads is " + threads + ", expected at least 1");
    }
    if (device < 0) {
      throw new InvalidInputException("device is " + device + ", expected 0 or more");
    }
  }

  /** That many threads, device 0. */
  public BackendOptions(int threads) {
    this(threads, 0);
  }

  /** One thread for each processor. */
  public static BackendOptions defaults() {
    return new BackendOptions(Runtime.getRuntime().availableProcessors());
  }
}
