package dev.jukebox.examples.corpus;

import java.util.List;
import java.util.Optional;

/**
 * How a character sounds: up to three formants of the voice, and a band of noise.
 *
 * <p>A vowel is all voice; s, f and h are all noise; k, p and t are a short burst of noise; m, n
 * and l are a quiet voice; z and v are both.
 *
 * @param formants centre frequencies in Hz of an average voice
 * @param voice loudness of the voice, 0 to 1
 * @param noiseHertz centre of the band of noise
 * @param noise loudness of the noise, 0 to 1, in the part of the slot that it lasts
 * @param burst part of the slot after which the noise has gone; 1 for all of it
 */
record Sound(List<Double> formants, double voice, double noiseHertz, double noise, double burst) {

  Sound {
    formants = List.copyOf(formants);
  }

  /** Whether a syllable is sung on it. */
  boolean isVowel() {
    return voice == 1;
  }

  /** The sound of a character, whatever its case; nothing but letters is heard. */
  static Optional<Sound> of(char character) {
    int letter = Character.toLowerCase(character) - 'a';
    return letter < 0 || letter >= 26 ? Optional.empty() : Optional.of(Alphabet.SOUNDS[letter]);
  }

  private static final class Alphabet {
    static final Sound[] SOUNDS = {
      vowel(820, 1250, 2600), // a
      both(200, 700, 0.35, 500, 0.8, 0.25), // b
      noise(3400, 0.9, 0.5), // c
      both(200, 1700, 0.35, 2900, 0.8, 0.25), // d
      vowel(500, 1900, 2550), // e
      noise(2200, 0.5, 1), // f
      both(200, 1300, 0.35, 1500, 0.8, 0.25), // g
      noise(1000, 0.5, 1), // h
      vowel(280, 2300, 3000), // i
      both(280, 2100, 0.6, 3600, 0.6, 0.4), // j
      noise(1700, 1, 0.35), // k
      both(380, 1050, 0.7, 0, 0, 1), // l
      both(250, 900, 0.5, 0, 0, 1), // m
      both(250, 1600, 0.5, 0, 0, 1), // n
      vowel(480, 820, 2500), // o
      noise(700, 1, 0.35), // p
      both(300, 700, 0.5, 1300, 0.9, 0.35), // q
      both(450, 1400, 0.7, 0, 0, 1), // r
      noise(5200, 0.6, 1), // s
      noise(4200, 1, 0.35), // t
      vowel(300, 620, 2300), // u
      both(250, 1100, 0.5, 2500, 0.4, 1), // v
      both(320, 600, 0.7, 0, 0, 1), // w
      noise(2800, 0.8, 0.7), // x
      vowel(300, 1700, 2200), // y
      both(250, 1500, 0.45, 4700, 0.5, 1), // z
    };

    private static Sound vowel(double first, double second, double third) {
      return new Sound(List.of(first, second, third), 1, 0, 0, 1);
    }

    private static Sound noise(double hertz, double loudness, double burst) {
      return new Sound(List.of(), 0, hertz, loudness, burst);
    }

    private static Sound both(
        double first, double second, double voice, double hertz, double noise, double burst) {
      return new Sound(List.of(first, second), voice, hertz, noise, burst);
    }
  }
}
