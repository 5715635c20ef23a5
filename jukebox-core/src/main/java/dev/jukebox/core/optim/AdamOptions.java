package dev.jukebox.core.optim;

import dev.jukebox.core.hparams.Hyperparams;

/**
 * What does not change about Adam from step to step.
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled weight decay, times the step size
 * @param halfMoments whether parameters that are saved as F16 have their moments in F16, each with
 *     a scale
 */
public record AdamOptions(
    double beta1, double beta2, double epsilon, double weightDecay, boolean halfMoments) {

  /** The options of the hyperparameters beta1, beta2, eps, weight_decay and fp16_opt. */
  public static AdamOptions of(Hyperparams hps) {
    return new AdamOptions(
        hps.doubleOf("beta1"),
        hps.doubleOf("beta2"),
        hps.doubleOf("eps"),
        hps.doubleOf("weight_decay"),
        hps.booleanOf("fp16_opt"));
  }
}
