package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Pitch;
import dev.jukebox.examples.corpus.Score;

/**
 * Hears the note of a voice in a short piece of sound: the one whose harmonics stand out most from
 * what lies halfway between them.
 */
final class PitchDetector {
  private static final int SIZE = 16384;
  private static final int RANGE = 15;
  private static final int STEPS = 10;
  private static final double HIGHEST = 3000;
  private static final double FALL = 0.9;

  private final Fft fft = new Fft(SIZE);

  /**
   * What is heard best.
   *
   * @param midi the note, with its fraction
   * @param strength how far the harmonics stand out, in the unit of the spectrum's square root
   * @param clarity the same as a part of all that is there at these frequencies, up to 1; near 0
   *     for noise
   */
  record Heard(double midi, double strength, double clarity) {

    /** The nearest semitone, 0 for C to 11 for B. */
    int pitchClass() {
      return Math.floorMod((int) Math.round(midi), 12);
    }
  }

  /**
   * The best note of a piece.
   *
   * @param lowest the lowest MIDI note of the voice, which spans {@value #RANGE} semitones
   * @param length samples, at most {@value #SIZE}
   */
  Heard hear(float[] samples, int from, int length, int lowest) {
    double[] frame = Stft.hann(length);
    for (int i = 0; i < length; i++) {
      frame[i] *= samples[from + i];
    }
    double[] spectrum = fft.magnitudes(frame);
    for (int i = 0; i < spectrum.length; i++) {
      spectrum[i] = Math.sqrt(spectrum[i]);
    }
    Heard best = candidate(spectrum, lowest);
    for (int step = -STEPS / 2; step <= (RANGE - 1) * STEPS + STEPS / 2; step++) {
      Heard next = candidate(spectrum, lowest + (double) step / STEPS);
      best = next.strength > best.strength ? next : best;
    }
    return best;
  }

  private static Heard candidate(double[] spectrum, double midi) {
    double hertz = Pitch.hertz(midi);
    double peaks = 0;
    double between = 0;
    double weight = 1;
    for (int k = 1; k * hertz < HIGHEST; k++) {
      peaks += weight * at(spectrum, k * hertz);
      between += weight * (at(spectrum, (k - 0.5) * hertz) + at(spectrum, (k + 0.5) * hertz)) / 2;
      weight *= FALL;
    }
    double all = peaks + between;
    return new Heard(midi, peaks - between, all == 0 ? 0 : (peaks - between) / all);
  }

  private static double at(double[] spectrum, double hertz) {
    double place = hertz * SIZE / Score.SAMPLE_RATE;
    int i = (int) place;
    return spectrum[i] + (place - i) * (spectrum[i + 1] - spectrum[i]);
  }
}
