/** The safetensors format: a JSON header and the tensors' bytes. */
package dev.jukebox.core.weights.safetensors;
