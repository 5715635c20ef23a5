package dev.jukebox.core.data;

/**
 * What is known of a song.
 *
 * @param artist name of the artist; "unknown" if nobody knows
 * @param genre name of the genre, or its words; "unknown" if nobody knows
 * @param lyrics the whole text; may be empty
 */
public record SongMetadata(String artist, String genre, String lyrics) {

  /** The name of an artist or a genre that nobody knows. */
  public static final String UNKNOWN_NAME = "unknown";

  /** A song of which nothing is known. */
  public static final SongMetadata UNKNOWN = new SongMetadata(UNKNOWN_NAME, UNKNOWN_NAME, "");
}
