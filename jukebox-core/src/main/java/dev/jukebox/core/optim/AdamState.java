package dev.jukebox.core.optim;

import dev.jukebox.core.weights.store.FileTensor;
import java.util.List;
import java.util.Optional;

/**
 * What Adam remembers between two steps, as it is saved.
 *
 * @param step the number of steps taken
 * @param moments of each parameter, in the order of the parameters; empty where a parameter has had
 *     no gradient yet
 */
public record AdamState(int step, List<Optional<Moments>> moments) {

  /** Copies the list. */
  public AdamState {
    moments = List.copyOf(moments);
  }

  /**
   * The running means of a parameter's gradient and of its square.
   *
   * @param first the mean of the gradient, of the parameter's shape
   * @param second the mean of its square, of the parameter's shape
   * @param scales what F16 elements are multiplied by; empty for moments that are as they are
   */
  public record Moments(FileTensor first, FileTensor second, Optional<Scales> scales) {}

  /** What the elements of the first and of the second moment are multiplied by. */
  public record Scales(double first, double second) {}
}
