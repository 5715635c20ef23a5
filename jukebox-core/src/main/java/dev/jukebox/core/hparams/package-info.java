/** Hyperparameters of every model: their kinds, defaults, named sets and consistency. */
package dev.jukebox.core.hparams;
