package dev.jukebox.core.train.prior;

/**
 * How large fresh weights of a transformer are.
 *
 * @param scale multiplies every standard deviation: the original's init_scale
 * @param zeroOut whether the output projections begin at zero
 */
record InitialScales(double scale, boolean zeroOut) {}
