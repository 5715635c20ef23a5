/** Tensors as bytes in files: mapped reading, conversions, and files that appear whole or not. */
package dev.jukebox.core.weights.store;
