package dev.jukebox.examples.corpus;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Plays scores: voice, chords, bass and drums, mixed to one channel. Not for several threads. */
public final class Performer {
  private static final double VOICE = 0.8;
  private static final double BASS = 0.14;
  private static final double CHORDS = 0.07;
  private static final double DRUMS = 0.15;
  private static final int BASS_LOWEST = 31;

  private final Map<Artist, Voice> voices = new EnumMap<>(Artist.class);
  private final Map<Drum, float[]> drums = new EnumMap<>(Drum.class);
  private final Map<Note, float[]> notes = new HashMap<>();

  /** The samples of a song, within -1 to 1. */
  public float[] perform(Score score) {
    float[] mix = new float[score.ticks() * Score.TICK];
    accompany(score, mix);
    sing(score, mix);
    return mix;
  }

  /** The voice of a song alone. */
  public float[] sing(Score score) {
    float[] mix = new float[score.ticks() * Score.TICK];
    sing(score, mix);
    return mix;
  }

  private void sing(Score score, float[] mix) {
    Voice voice = voices.computeIfAbsent(score.artist(), Voice::new);
    int samples = score.genre().slotTicks() * Score.TICK;
    for (Score.Sung sung : score.syllables()) {
      char character = score.lyrics().charAt(sung.index());
      add(mix, sung.slot() * samples, voice.sing(character, sung.midi(), samples), VOICE);
    }
  }

  private void accompany(Score score, float[] mix) {
    Genre genre = score.genre();
    int slotSamples = genre.slotTicks() * Score.TICK;
    Instrument instrument = score.artist().instrument();
    int chordLowest = 52;
    for (int slot = 0; slot * slotSamples < mix.length; slot++) {
      int inBar = slot % genre.slotsPerBar();
      int chord = genre.chord(score.progression(), slot / genre.slotsPerBar());
      int at = slot * slotSamples;
      if (inBar % 4 == 0) {
        int midi = genre.note(inBar == 8 ? chord + 2 : chord, BASS_LOWEST);
        add(mix, at, note(Instrument.STRING, midi, 4 * slotSamples), BASS);
      }
      if (inBar % 2 == 0) {
        int midi = genre.note(Composer.arpeggio(chord, inBar / 2), chordLowest);
        add(mix, at, note(instrument, midi, 2 * slotSamples), CHORDS);
      }
      for (Drum drum : Drum.values()) {
        if (drum.plays(genre, inBar)) {
          add(mix, at, drums.computeIfAbsent(drum, Drum::stroke), DRUMS);
        }
      }
    }
  }

  private float[] note(Instrument instrument, int midi, int samples) {
    return notes.computeIfAbsent(
        new Note(instrument, midi, samples), key -> instrument.note(midi, samples));
  }

  private static void add(float[] mix, int at, float[] wave, double gain) {
    for (int i = 0; i < wave.length && at + i < mix.length; i++) {
      mix[at + i] += (float) (gain * wave[i]);
    }
  }

  private record Note(Instrument instrument, int midi, int samples) {}
}
