package dev.jukebox.core.data;

import dev.jukebox.core.audio.Audio;
import java.nio.file.Path;

/**
 * A piece of a song as it stands in the file.
 *
 * @param item its number, after a substitution perhaps another than was asked for
 * @param song the song
 * @param offset its first sample, counted from the start of the song
 * @param audio its samples, with as many channels as the file has
 */
record Chunk(int item, Song song, long offset, Audio audio) {

  Path file() {
    return song.file();
  }
}
