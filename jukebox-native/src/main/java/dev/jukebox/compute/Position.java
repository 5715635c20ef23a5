package dev.jukebox.compute;

import java.util.Optional;

/**
 * A place in a window: an offset, plus the value that a counter holds when the operation runs.
 *
 * <p>A counter lies in the backend's memory, so that operations captured in a {@link Graph} move on
 * from launch to launch without the host.
 *
 * <pre>{@code
 * Tensor counter = arena.tensor(DType.I32, 1);
 * backend.attention().attend(cache, qkv, Position.counted(0, counter), out);
 * backend.elementwise().increment(counter);
 * }</pre>
 *
 * @param offset the place, or what is added to the counter
 * @param counter I32 [1], or empty for a fixed place
 */
public record Position(long offset, Optional<Tensor> counter) {

  /** A fixed place. */
  public static Position at(long offset) {
    return new Position(offset, Optional.empty());
  }

  /** The place that is {@code offset} after the counter's value. */
  public static Position counted(long offset, Tensor counter) {
    return new Position(offset, Optional.of(counter));
  }
}
