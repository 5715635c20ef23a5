package dev.jukebox.core.optim;

import dev.jukebox.core.hparams.Hyperparams;

/**
 * What a gradient's norm decides: whether the step is taken, and how far the gradient is shortened.
 *
 * @param clip the longest gradient that a step uses as it is; 0 for no bound
 * @param ignoreAbove a longer gradient is not used at all; 0 for no bound
 */
public record GradientRule(double clip, double ignoreAbove) {

  /** The rule of the hyperparameters clip and ignore_grad_norm. */
  public static GradientRule of(Hyperparams hps) {
    return new GradientRule(hps.doubleOf("clip"), hps.doubleOf("ignore_grad_norm"));
  }

  /** Whether a step with a gradient of this norm is left out. */
  public boolean skips(double norm) {
    return ignoreAbove > 0 && norm > ignoreAbove;
  }

  /**
   * What Adam divides the gradient by: the loss scale, and the factor by which the gradient is too
   * long.
   *
   * @param norm of the gradient without the loss scale
   */
  public double divisor(double norm, double lossScale) {
    double excess = clip > 0 ? norm / clip : 0;
    return excess > 1 ? excess * lossScale : lossScale;
  }
}
