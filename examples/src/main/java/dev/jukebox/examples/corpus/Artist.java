package dev.jukebox.examples.corpus;

import java.util.EnumSet;
import java.util.List;

/** An artist: a voice with its register, and the instrument that plays the chords. */
public enum Artist {
  LOW_TIDE("Low Tide", 43, 0.86, 1.0, false, Instrument.ORGAN),
  PAPER_BIRDS("Paper Birds", 64, 1.22, 1.6, false, Instrument.BELL),
  NIGHT_TRAM("Night Tram", 54, 1.03, 0.8, true, Instrument.PULSE);

  private final String label;
  private final int lowestNote;
  private final double formantScale;
  private final double tilt;
  private final boolean hollow;
  private final Instrument instrument;

  Artist(
      String label,
      int lowestNote,
      double formantScale,
      double tilt,
      boolean hollow,
      Instrument instrument) {
    this.label = label;
    this.lowestNote = lowestNote;
    this.formantScale = formantScale;
    this.tilt = tilt;
    this.hollow = hollow;
    this.instrument = instrument;
  }

  /** The artist of a number from 0 on, which begins anew after the last. */
  public static Artist of(int number) {
    List<Artist> all = List.copyOf(EnumSet.allOf(Artist.class));
    return all.get(Math.floorMod(number, all.size()));
  }

  /** The name that the model is told. */
  public String label() {
    return label;
  }

  /** The lowest MIDI note of the voice, which spans {@value Composer#RANGE} semitones. */
  public int lowestNote() {
    return lowestNote;
  }

  /** Factor on the frequencies of all formants: the length of the throat. */
  double formantScale() {
    return formantScale;
  }

  /** How fast the voice's harmonics fall: amplitude of harmonic k is k^-tilt. */
  double tilt() {
    return tilt;
  }

  /** Whether even harmonics are weak, as in a clarinet. */
  boolean hollow() {
    return hollow;
  }

  Instrument instrument() {
    return instrument;
  }
}
