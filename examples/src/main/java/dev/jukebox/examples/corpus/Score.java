package dev.jukebox.examples.corpus;

import java.util.List;

/**
 * What is played and sung when.
 *
 * <pre>{@code
 * Score score = Composer.compose(Genre.WALTZ, Artist.LOW_TIDE, "Row row", 2048, 7);
 * float[] samples = new Performer().perform(score);
 * }</pre>
 *
 * @param genre the genre
 * @param artist the artist
 * @param lyrics the words, laid evenly along the song, a slot or more for each character
 * @param ticks length in ticks of {@value #TICK} samples
 * @param progression which of the genre's progressions of chords is played
 * @param syllables the characters that are heard, in the order of time
 */
public record Score(
    Genre genre, Artist artist, String lyrics, int ticks, int progression, List<Sung> syllables) {

  /** Samples of a tick. */
  public static final int TICK = 256;

  /** Samples a second. */
  public static final int SAMPLE_RATE = 22050;

  /**
   * A character that is heard.
   *
   * @param index its place in the lyrics
   * @param slot when, in slots from the beginning
   * @param midi the note
   */
  public record Sung(int index, int slot, int midi) {}

  public Score {
    syllables = List.copyOf(syllables);
  }

  /** How many slots a song of so many ticks has, and how many characters can be sung in it. */
  public static int slots(Genre genre, int ticks) {
    return ticks / genre.slotTicks();
  }

  /** The slot in which a character of lyrics of so many is sung. */
  static int slot(int index, int characters, int slots) {
    return (int) ((long) index * slots / characters);
  }

  /** The slot in which a character of the lyrics is sung. */
  public int slotOf(int index) {
    return slot(index, lyrics.length(), slots(genre, ticks));
  }

  /** The character that is sung in a slot, or was sung last before it. */
  public int characterAt(int slot) {
    return (int) (((slot + 1L) * lyrics.length() - 1) / slots(genre, ticks));
  }

  /** Length in seconds. */
  public double seconds() {
    return (double) ticks * TICK / SAMPLE_RATE;
  }
}
