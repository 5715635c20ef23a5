package dev.jukebox.core.train.vqvae;

/**
 * How loud and how broad the audio of a data set is; what reconstruction losses are divided by.
 *
 * @param l2 variance of the samples
 * @param l1 mean absolute sample
 * @param spec mean norm of the spectral magnitudes of a chunk
 */
public record Bandwidth(double l2, double l1, double spec) {}
