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
   * @param lyrics laid evenly along the song, a slot a character; all else than letters is a rest
   * @param ticks length in ticks
   * @param seed decides melody and chords
   */
  public static Score compose(Genre genre, Artist artist, String lyrics, int ticks, long seed) {
    Random random = new Random(seed);
    int progression = random.nextInt(genre.progressions());
    int slots = Score.slots(genre, ticks);
    String sung = lyrics.substring(0, Math.min(lyrics.length(), slots));
    Register register = Register.of(genre, artist);
    int degree = register.bottom + random.nextInt(register.top - register.bottom + 1);
    List<Score.Sung> syllables = new ArrayList<>();
    boolean begins = true;
    for (int i = 0; i < sung.length(); i++) {
      if (Sound.of(sung.charAt(i)).isEmpty()) {
        begins = true;
        continue;
      }
      int slot = Score.slot(i, sung.length(), slots);
      if (begins) {
        degree = next(genre, progression, slot, degree, register, random);
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

  /** The lowest and the highest degree of the scale that a voice reaches. */
  private record Register(int bottom, int top) {
    static Register of(Genre genre, Artist artist) {
      int lowest = artist.lowestNote();
      int bottom = 0;
      while (genre.note(bottom - 1, lowest) >= lowest) {
        bottom--;
      }
      int top = bottom;
      while (genre.note(top + 1, lowest) < lowest + RANGE) {
        top++;
      }
      return new Register(bottom, top);
    }

    /** The degree, thrown back where it is outside. */
    int reflect(int degree) {
      int above = degree < bottom ? 2 * bottom - degree : degree;
      return above > top ? 2 * top - above : above;
    }
  }

  private static int next(
      Genre genre, int progression, int slot, int degree, Register register, Random random) {
    int step = new int[] {-2, -1, -1, 0, 1, 1, 2}[random.nextInt(7)];
    int reached = register.reflect(degree + step);
    int chord = genre.chord(progression, slot / genre.slotsPerBar());
    boolean onBeat = slot % 4 == 0;
    return onBeat ? nearestChordTone(chord, reached, register) : reached;
  }

  private static int nearestChordTone(int chord, int degree, Register register) {
    int best = degree;
    int distance = Integer.MAX_VALUE;
    for (int candidate = register.bottom; candidate <= register.top; candidate++) {
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
