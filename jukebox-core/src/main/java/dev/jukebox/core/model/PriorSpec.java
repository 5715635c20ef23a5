package dev.jukebox.core.model;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.Hyperparams;

/**
 * What one prior of a model is made of.
 *
 * @param hps its hyperparameters
 * @param weights its file, or a directory or index of shards
 */
public record PriorSpec(Hyperparams hps, Location weights) {}
