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
 * @param lyrics the words; character i is sung in slot {@code firstSlot + i}
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

  /** The slot of the first character: a bar goes before. */
  public static int firstSlot(Genre genre) {
    return genre.slotsPerBar();
  }

  /** How many characters are sung in a song of so many ticks. */
  public static int capacity(Genre genre, int ticks) {
    return Math.max(0, ticks / genre.slotTicks() - firstSlot(genre));
  }

  /** Length in seconds. */
  public double seconds() {
    return (double) ticks * TICK / SAMPLE_RATE;
  }
}
