/**
 * Turns a trained model into few small files: what is learnt and nothing of the training, in fewer
 * bits.
 */
package dev.jukebox.core.pack;
