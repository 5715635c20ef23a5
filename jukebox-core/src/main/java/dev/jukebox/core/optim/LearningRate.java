package dev.jukebox.core.optim;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;

/**
 * The learning rate of each step: a linear warm-up, then either steps down by a factor or a
 * straight line to zero, where training ends.
 *
 * <pre>{@code
 * LearningRate schedule = LearningRate.of(hyperparams);
 * double first = schedule.at(0); // 0, as the warm-up begins there
 * }</pre>
 *
 * @param rate the learning rate that the factors apply to
 * @param scale factor on all of it
 * @param warmup steps until the rate is reached; 0 for none
 * @param gamma factor of a step down
 * @param decay steps between two steps down, or the length of the straight line; above 0
 * @param linear whether it is a straight line
 * @param linearStart where the straight line begins
 */
public record LearningRate(
    double rate,
    double scale,
    double warmup,
    double gamma,
    double decay,
    boolean linear,
    long linearStart) {

  public LearningRate {
    require(rate >= 0, "lr", rate, "0 or more");
    require(decay > 0, "lr_decay", decay, "above 0");
    require(warmup >= 0, "lr_warmup", warmup, "0 or more");
  }

  private static void require(boolean holds, String name, double value, String needed) {
    if (!holds) {
      throw new InvalidInputException(
          "Hyperparameter %s is %s, and has to be %s".formatted(name, value, needed));
    }
  }

  /** The schedule of the hyperparameters lr and lr_*. */
  public static LearningRate of(Hyperparams hps) {
    return new LearningRate(
        hps.doubleOf("lr"),
        hps.doubleOf("lr_scale"),
        hps.doubleOf("lr_warmup"),
        hps.doubleOf("lr_gamma"),
        hps.doubleOf("lr_decay"),
        hps.booleanOf("lr_use_linear_decay"),
        hps.longOf("lr_start_linear_decay"));
  }

  /** The learning rate of the step that is taken after {@code steps} others. */
  public double at(long steps) {
    return rate * factor(steps);
  }

  /** What {@link #at} multiplies the rate by. */
  public double factor(long steps) {
    double warm = scale * (warmup == 0 ? 1 : Math.min(1, steps / warmup));
    if (linear) {
      return warm * Math.max(0, 1 - Math.max(0, steps - linearStart) / decay);
    }
    return warm * Math.pow(gamma, Math.floor(steps / decay));
  }

  /** Whether training is over after so many steps: another one would change nothing. */
  public boolean isFinished(long steps) {
    return steps > 0 && at(steps) == 0;
  }
}
