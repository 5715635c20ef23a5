/** Event files, which TensorBoard shows as curves, sounds and texts. */
package dev.jukebox.core.tensorboard;
