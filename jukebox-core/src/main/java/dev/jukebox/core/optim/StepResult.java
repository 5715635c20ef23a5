package dev.jukebox.core.optim;

/**
 * What became of a gradient.
 *
 * @param outcome whether the parameters were changed
 * @param gradientNorm Euclidean norm of the whole gradient, without the loss scale and before it is
 *     clipped; not finite or 0 where it overflowed
 * @param learningRate the learning rate of the step
 * @param lossScale what the gradient came multiplied by
 */
public record StepResult(
    Outcome outcome, double gradientNorm, double learningRate, double lossScale) {

  /** Whether a step was taken. */
  public enum Outcome {
    /** The parameters were changed. */
    TAKEN,
    /** The gradient has an element that is NaN or infinite; nothing was changed. */
    OVERFLOW,
    /** The gradient is longer than ignore_grad_norm; nothing was changed. */
    IGNORED
  }

  /** Whether the parameters were changed. */
  public boolean isTaken() {
    return outcome == Outcome.TAKEN;
  }
}
