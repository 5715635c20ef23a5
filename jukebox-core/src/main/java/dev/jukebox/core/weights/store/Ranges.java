package dev.jukebox.core.weights.store;

/** Checks that a part lies within a whole. */
final class Ranges {

  private Ranges() {}

  static void check(long start, long count, long available) {
    if (start < 0 || count < 0 || count > available - start) {
      throw new IndexOutOfBoundsException("%d from %d, of %d".formatted(count, start, available));
    }
  }
}
