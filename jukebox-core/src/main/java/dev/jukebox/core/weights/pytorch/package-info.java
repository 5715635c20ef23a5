/**
 * PyTorch's files: the legacy stream format and the zip format, read mapped; the latter written.
 */
package dev.jukebox.core.weights.pytorch;
