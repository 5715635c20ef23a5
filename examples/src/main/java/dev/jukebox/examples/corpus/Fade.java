package dev.jukebox.examples.corpus;

/** The rise and fall at the ends of a sound, so that it does not click. */
final class Fade {
  private static final double SAMPLES = 96;

  private Fade() {}

  /** The factor at sample i of n, from 0 to 1. */
  static double at(int i, int n) {
    double near = Math.min(i, n - 1 - i);
    return near >= SAMPLES ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * near / SAMPLES);
  }
}
