/**
 * The tensors of a checkpoint under the original names, whatever file format and naming scheme they
 * are stored in.
 */
package dev.jukebox.core.weights;
