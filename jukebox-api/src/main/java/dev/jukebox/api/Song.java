package dev.jukebox.api;

import dev.jukebox.core.labels.Metadata;
import java.util.OptionalLong;

/**
 * What one item of a run should be: artist, genre, lyrics, and which part of which length.
 *
 * <pre>{@code
 * Song song = Song.of("Ella Fitzgerald", "Jazz").withLyrics("It don't mean a thing");
 * }</pre>
 *
 * @param artist a name from the model's list; others count as unknown, with a warning
 * @param genre a genre from the model's list
 * @param lyrics the words of the whole song; may be empty
 * @param totalLength length of the whole song in samples; empty for the request's
 * @param offset where the item begins in the song, in samples
 */
public record Song(
    String artist, String genre, String lyrics, OptionalLong totalLength, long offset) {

  /** A song without lyrics, from its beginning. */
  public static Song of(String artist, String genre) {
    return new Song(artist, genre, "", OptionalLong.empty(), 0);
  }

  /** This song with these words. */
  public Song withLyrics(String words) {
    return new Song(artist, genre, words, totalLength, offset);
  }

  /** This song with another length, in samples. */
  public Song withTotalLength(long samples) {
    return new Song(artist, genre, lyrics, OptionalLong.of(samples), offset);
  }

  /** This song, beginning somewhere else, in samples. */
  public Song withOffset(long samples) {
    return new Song(artist, genre, lyrics, totalLength, samples);
  }

  /** What the sampler wants; a song that names no total length has this one. */
  Metadata metadata(long usualLength) {
    return new Metadata(artist, genre, lyrics, totalLength.orElse(usualLength), offset);
  }
}
