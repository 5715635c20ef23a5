package dev.jukebox.compute;

import dev.jukebox.error.InsufficientMemoryException;

/**
 * A scope that owns tensors: closing it frees all of them at once.
 *
 * <pre>{@code
 * try (Arena step = backend.arena()) {
 *   Tensor h = step.tensor(DType.F32, batch, width);
 *   ...
 * } // h is freed here
 * }</pre>
 */
public interface Arena extends AutoCloseable {

  /**
   * A new tensor filled with zeros.
   *
   * @throws InsufficientMemoryException if the backend has no room for it
   */
  Tensor tensor(DType dtype, long... dims);

  /** Frees every tensor of this arena; closing twice does nothing. */
  @Override
  void close();
}
