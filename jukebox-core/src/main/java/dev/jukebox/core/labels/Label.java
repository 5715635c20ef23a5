package dev.jukebox.core.labels;

/** What a model is told of one song, in numbers and in words. */
public final class Label {

  private final long[] y;
  private final String artist;
  private final String genre;
  private final String lyrics;
  private final int[] fullTokens;

  /** A label whose arrays are kept, not copied. */
  Label(long[] y, String artist, String genre, String lyrics, int[] fullTokens) {
    this.y = y;
    this.artist = artist;
    this.genre = genre;
    this.lyrics = lyrics;
    this.fullTokens = fullTokens;
  }

  /**
   * Total length, offset and sample length in samples, artist id, genre ids (−1 for an empty
   * place), lyric tokens; empty for a model without labels.
   */
  public long[] y() {
    return y.clone();
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
