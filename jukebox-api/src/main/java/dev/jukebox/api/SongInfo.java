package dev.jukebox.api;

/**
 * What is known of a song that is trained on.
 *
 * <pre>{@code
 * SongInfo info = SongInfo.of("Nova & The Tide", "blues rock").withLyrics("The tide is here");
 * }</pre>
 *
 * @param artist name of the artist; "unknown" if nobody knows
 * @param genre name of the genre; "unknown" if nobody knows
 * @param lyrics the words of the whole song; may be empty
 */
public record SongInfo(String artist, String genre, String lyrics) {

  /** A song whose words are not known. */
  public static SongInfo of(String artist, String genre) {
    return new SongInfo(artist, genre, "");
  }

  /** This song with these words. */
  public SongInfo withLyrics(String words) {
    return new SongInfo(artist, genre, words);
  }
}
