package dev.jukebox.examples.measure;

/** How many of all; the part of none is NaN. */
final class Share {
  private long yes;
  private long all;

  /** Counts one. */
  void add(boolean is) {
    yes += is ? 1 : 0;
    all++;
  }

  /** How many were counted. */
  long count() {
    return all;
  }

  /** From 0 to 1. */
  double value() {
    return (double) yes / all;
  }
}
