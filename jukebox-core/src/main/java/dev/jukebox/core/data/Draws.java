package dev.jukebox.core.data;

import dev.jukebox.compute.Philox;

/**
 * The random choices of a run, each a function of the seed and of what is chosen, so that an epoch
 * can be read from any place, by any number of threads.
 */
final class Draws {

  private static final int SHIFT = 0;
  private static final int BLEND = 1;
  private static final int ORDER = 2;
  private static final int SUBSTITUTE = 3;

  private final long seed;

  Draws(long seed) {
    this.seed = seed;
  }

  /** Where a chunk is moved to: an integer in [-half, half). */
  int shift(int item, int epoch, int half) {
    return below(2 * half, SHIFT, item, epoch, 0) - half;
  }

  /** The weight of the left channel in [0, 1); that of the right one is the rest. */
  float blend(int item, int epoch) {
    return (words(BLEND, item, epoch, 0)[0] >>> 8) * 0x1p-24f;
  }

  /** All integers of [0, count), in an order that is the epoch's own. */
  int[] order(int count, int epoch, int start) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = below(i + 1, ORDER, i, epoch, start);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Another item, of [0, count), to take the place of one that cannot be read. */
  int substitute(int count, int item, int epoch, int attempt) {
    return below(count, SUBSTITUTE, item, epoch, attempt);
  }

  private int below(int bound, int purpose, int item, int epoch, int extra) {
    int[] words = words(purpose, item, epoch, extra);
    long bits = Integer.toUnsignedLong(words[0]) << 32 | Integer.toUnsignedLong(words[1]);
    return (int) ((bits >>> 11) * 0x1p-53 * bound);
  }

  private int[] words(int purpose, int item, int epoch, int extra) {
    return Philox.words(seed, item, epoch, extra, purpose);
  }
}
