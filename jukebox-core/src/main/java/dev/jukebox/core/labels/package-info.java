/** What a song is told to the model by: artist, genre, lyrics and times, as numbers. */
package dev.jukebox.core.labels;
