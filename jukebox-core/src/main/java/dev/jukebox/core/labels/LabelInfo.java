package dev.jukebox.core.labels;

/** A label in words, as reports and logs show it. */
public final class LabelInfo {

  private final String artist;
  private final String genre;
  private final String lyrics;
  private final int[] fullTokens;

  /**
   * @param artist name of the artist, as given
   * @param genre name of the genre, as given
   * @param lyrics the whole text in the characters of the model
   * @param fullTokens the token of each character of {@code lyrics}
   */
  public LabelInfo(String artist, String genre, String lyrics, int[] fullTokens) {
    this.artist = artist;
    this.genre = genre;
    this.lyrics = lyrics;
    this.fullTokens = fullTokens.clone();
  }

  /** Name of the artist, as given. */
  public String artist() {
    return artist;
  }

  /** Name of the genre, as given. */
  public String genre() {
    return genre;
  }

  /** The whole text in the characters of the model. */
  public String lyrics() {
    return lyrics;
  }

  /** The token of each character of {@link #lyrics()}. */
  public int[] fullTokens() {
    return fullTokens.clone();
  }
}
