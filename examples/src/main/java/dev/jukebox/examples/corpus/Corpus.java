package dev.jukebox.examples.corpus;

import java.util.Random;

/**
 * The songs of a seed: song i has the next genre and artist in turn, words and melody of its own.
 *
 * <pre>{@code
 * Corpus corpus = new Corpus(1);
 * float[] samples = new Performer().perform(corpus.song(0));
 * }</pre>
 *
 * @param seed decides every song
 */
public record Corpus(long seed) {

  /** Ticks of a song that is measured, 23.8 s. */
  public static final int TICKS = 2048;

  /** The part of the songs that have fewer characters than slots, and rests between them. */
  private static final double SHORT_LYRICS = 0.4;

  private static final int SHORTEST = 3;

  /** The song of a number from 0 on, {@value #TICKS} ticks long. */
  public Score song(int index) {
    return song(index, TICKS);
  }

  /** The song of a number from 0 on, of any length. */
  public Score song(int index, int ticks) {
    Random random = new Random(seed * 1_000_003 + index);
    Genre genre = Genre.of(index);
    Artist artist = Artist.of(index / Genre.count());
    int length = Score.slots(genre, ticks);
    if (random.nextDouble() < SHORT_LYRICS) {
      length = length / SHORTEST + random.nextInt(length - length / SHORTEST);
    }
    return Composer.compose(
        genre, artist, Words.lyrics(length, random.nextLong()), ticks, random.nextLong());
  }
}
