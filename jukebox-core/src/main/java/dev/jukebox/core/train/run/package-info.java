/** Runs of training: data, model, optimizer, logs and checkpoints together. */
package dev.jukebox.core.train.run;
