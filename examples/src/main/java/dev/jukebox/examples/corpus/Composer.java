package dev.jukebox.examples.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes a melody to words: a walk over the scale that is drawn to the chord on the beat. */
public final class Composer {
  /** Semitones that a voice spans. */
  static final int RANGE = 13;

  private static final int CHORD_TONES = 3;

  private Composer() {}

  /**
   * A song; what does not fit into its length is left out.
   *
   * @param lyrics one character is sung in each slot; what is not a letter is a rest
   * @param ticks length in ticks
   * @param seed decides melody and chords
   */
  public static Score compose(Genre genre, Artist artist, String lyrics, int ticks, long seed) {
    Random random = new Random(seed);
    int progression = random.nextInt(genre.progressions());
    String sung = lyrics.substring(0, Math.min(lyrics.length(), Score.capacity(genre, ticks)));
    int top = topDegree(genre, artist);
    int degree = random.nextInt(top + 1);
    List<Score.Sung> syllables = new ArrayList<>();
    boolean begins = true;
    for (int i = 0; i < sung.length(); i++) {
      if (Sound.of(sung.charAt(i)).isEmpty()) {
        begins = true;
        continue;
      }
      int slot = Score.firstSlot(genre) + i;
      if (begins) {
        degree = next(genre, progression, slot, degree, top, random);
      }
      syllables.add(new Score.Sung(i, slot, genre.note(degree, artist.lowestNote())));
      // A syllable ends after its vowels.
      begins = isVowel(sung.charAt(i)) && (i + 1 == sung.length() || !isVowel(sung.charAt(i + 1)));
    }
    return new Score(genre, artist, sung, ticks, progression, syllables);
  }

  private static boolean isVowel(char character) {
    return Sound.of(character).map(Sound::isVowel).orElse(false);
  }

  private static int topDegree(Genre genre, Artist artist) {
    int top = 0;
    while (genre.note(top + 1, artist.lowestNote()) < artist.lowestNote() + RANGE) {
      top++;
    }
    return top;
  }

  private static int next(
      Genre genre, int progression, int slot, int degree, int top, Random random) {
    int step = new int[] {-2, -1, -1, 0, 1, 1, 2}[random.nextInt(7)];
    int wanted = Math.abs(degree + step);
    int reached = wanted > top ? 2 * top - wanted : wanted;
    int chord = genre.chord(progression, slot / genre.slotsPerBar());
    boolean onBeat = slot % 4 == 0;
    return onBeat ? nearestChordTone(chord, reached, top) : reached;
  }

  private static int nearestChordTone(int chord, int degree, int top) {
    int best = degree;
    int distance = Integer.MAX_VALUE;
    for (int candidate = 0; candidate <= top; candidate++) {
      boolean inChord = Math.floorMod(candidate - chord, 5) % 2 == 0;
      if (inChord && Math.abs(candidate - degree) < distance) {
        best = candidate;
        distance = Math.abs(candidate - degree);
      }
    }
    return best;
  }

  /** The degree of the chord's tone that the accompaniment plays as its n-th note. */
  static int arpeggio(int chord, int n) {
    return chord + 2 * (n % CHORD_TONES);
  }
}
