package dev.jukebox.core.optim;

/**
 * The length of a gradient.
 *
 * @param norm Euclidean norm over all parameters, without the loss scale
 * @param overflow whether any element is NaN or infinite; the norm then means nothing
 */
public record GradientNorm(double norm, boolean overflow) {}
