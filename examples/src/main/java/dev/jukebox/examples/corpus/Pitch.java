package dev.jukebox.examples.corpus;

/** Notes and frequencies: A4 is MIDI note 69 and 440 Hz. */
public final class Pitch {

  private Pitch() {}

  /** The frequency of a MIDI note in Hz. */
  public static double hertz(double midi) {
    return 440 * Math.pow(2, (midi - 69) / 12);
  }

  /** The MIDI note of a frequency, with its fraction. */
  public static double midi(double hertz) {
    return 69 + 12 * Math.log(hertz / 440) / Math.log(2);
  }
}
