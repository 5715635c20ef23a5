/** Training runs as files that PyTorch reads, and runs that go on from such files. */
package dev.jukebox.core.checkpoint;
