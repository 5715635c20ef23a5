/** Audio as values, and the files it is read from and written to. */
package dev.jukebox.core.audio;
