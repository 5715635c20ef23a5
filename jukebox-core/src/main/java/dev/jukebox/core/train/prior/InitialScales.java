package dev.jukebox.core.train.prior;

/**
 * How large fresh weights of a transformer are.
 *
 * @param scale multiplies every standard deviation: the original's init_scale
 * @param zeroOut whether the output projections begin at zero
 * @param sinusoids whether positions begin as sinusoids rather than noise
 */
record InitialScales(double scale, boolean zeroOut, boolean sinusoids) {}
