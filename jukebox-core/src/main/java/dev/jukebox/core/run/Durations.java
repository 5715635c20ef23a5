package dev.jukebox.core.run;

import dev.jukebox.error.InvalidInputException;

/** Seconds to samples, as the original rounds them. */
public final class Durations {
  private static final double ROUNDING = 1e-4;

  private Durations() {}

  /** Whole samples of a time; a time that is within 1e-4 of the next sample counts as that. */
  public static long samples(double seconds, int sampleRate) {
    return (long) Math.floor(seconds * sampleRate + ROUNDING);
  }

  /**
   * Samples of a time, rounded down to a multiple of the hop.
   *
   * @param what what the time is of, for the message
   * @throws InvalidInputException if that is nothing
   */
  public static long hopSamples(String what, double seconds, int sampleRate, int hop) {
    long samples = samples(seconds, sampleRate) / hop * hop;
    if (samples < hop) {
      throw new InvalidInputException(
          what
              + " of "
              + seconds
              + " s is shorter than one code of the top level, "
              + hop
              + " samples at "
              + sampleRate
              + " Hz");
    }
    return samples;
  }
}
