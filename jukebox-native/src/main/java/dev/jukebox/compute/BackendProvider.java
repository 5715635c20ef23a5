package dev.jukebox.compute;

/** Opens one kind of backend, and says whether and why it can be used on this machine. */
public interface BackendProvider {

  /** The name users choose it by. */
  String name();

  /** Whether it can be used here, and why. */
  BackendStatus status();

  /**
   * A new backend with resources of its own.
   *
   * @throws dev.jukebox.error.ComputeException if it cannot be used here, with the reason
   */
  Backend open(BackendOptions options);
}
