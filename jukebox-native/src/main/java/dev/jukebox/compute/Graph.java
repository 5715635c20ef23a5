package dev.jukebox.compute;

/**
 * Operations that were captured once and can be launched many times, in their order.
 *
 * <p>A launch does not wait; on a device the host only hands over the whole list. The tensors that
 * the operations use must outlive the graph.
 *
 * <pre>{@code
 * try (Graph step = backend.capture(() -> drawOneCode())) {
 *   for (int i = 0; i < codes; i++) {
 *     step.launch();
 *   }
 *   step.await(codes);
 * }
 * }</pre>
 */
public interface Graph extends AutoCloseable {

  /** Runs the operations once more, after all that was asked of the backend before. */
  void launch();

  /**
   * How many launches have ended, without waiting.
   *
   * @throws dev.jukebox.error.ComputeException if one of them failed
   */
  long finished();

  /**
   * Waits until that many launches have ended.
   *
   * @throws dev.jukebox.error.ComputeException if one of them failed
   */
  void await(long launches);

  /** Waits for what is under way and frees the list. */
  @Override
  void close();
}
