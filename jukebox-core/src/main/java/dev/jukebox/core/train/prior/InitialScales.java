package dev.jukebox.core.train.prior;

import dev.jukebox.core.hparams.Hyperparams;

/**
 * How large fresh weights of a transformer are.
 *
 * @param scale multiplies every standard deviation: the original's init_scale
 * @param zeroOut whether the output projections begin at zero
 * @param sinusoids whether positions begin as sinusoids rather than noise
 */
record InitialScales(double scale, boolean zeroOut, boolean sinusoids) {
  private static final String SINUSOIDS = "sinusoidal_positions";

  /** Scales of a part of a model; the original's hyperparameters know no sinusoids. */
  static InitialScales of(Hyperparams hps, double scale, String zeroOut) {
    boolean sinusoids = hps.contains(SINUSOIDS) && hps.booleanOf(SINUSOIDS);
    return new InitialScales(scale, hps.booleanOf(zeroOut), sinusoids);
  }
}
