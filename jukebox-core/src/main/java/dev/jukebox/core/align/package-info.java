/** Which attention head of a prior follows the lyrics: examples, scores and the choice. */
package dev.jukebox.core.align;
