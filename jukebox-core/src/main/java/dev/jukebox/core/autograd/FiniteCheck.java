package dev.jukebox.core.autograd;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the operation that first gives a value that is no number. */
final class FiniteCheck {

  private FiniteCheck() {}

  /**
   * Looks at a result and the parameters it was computed with.
   *
   * @throws ComputeException that names the operation and its parameters, and how many elements of
   *     the result are NaN or infinite
   */
  static void require(Backend backend, Tensor value, List<Variable> inputs) {
    for (Variable input : inputs) {
      long wrong = count(backend, input.value());
      if (input.name().isPresent() && wrong > 0) {
        throw new ComputeException(
            "parameter "
                + input.name().get()
                + " has "
                + wrong
                + " elements that are NaN or infinite");
      }
    }
    long wrong = count(backend, value);
    if (wrong > 0) {
      String names =
          inputs.stream()
              .map(Variable::name)
              .flatMap(Optional::stream)
              .collect(Collectors.joining(", "));
      throw wrong(names.isEmpty() ? "" : " of " + names, wrong, value.size());
    }
  }

  /**
   * Looks at the values of a loss.
   *
   * @throws ComputeException that names the loss
   */
  static void require(float[] values) {
    long wrong = count(values);
    if (wrong > 0) {
      throw wrong("", wrong, values.length);
    }
  }

  private static ComputeException wrong(String of, long wrong, long all) {
    return new ComputeException(
        "the operation "
            + operation()
            + of
            + " gave "
            + wrong
            + " of "
            + all
            + " elements NaN or infinite");
  }

  private static long count(Backend backend, Tensor value) {
    return count(backend.downloadFloats(value));
  }

  private static long count(float[] values) {
    long wrong = 0;
    for (float element : values) {
      wrong += Float.isFinite(element) ? 0 : 1;
    }
    return wrong;
  }

  /** The name of the function that notes its result. */
  private static String operation() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !isTape(frame.getClassName()))
                    .findFirst()
                    .map(StackWalker.StackFrame::getMethodName)
                    .orElse("on the tape"));
  }

  private static boolean isTape(String className) {
    return className.equals(Tape.class.getName()) || className.equals(FiniteCheck.class.getName());
  }
}
