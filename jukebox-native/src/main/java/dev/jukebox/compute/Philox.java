package dev.jukebox.compute;

/**
 * Philox4x32-10, the counter-based random generator of Salmon et al., "Parallel random numbers: as
 * easy as 1, 2, 3" (2011): a pure function of key and counter, so that a draw depends on where it
 * is made and not on what was drawn before.
 */
public final class Philox {
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /**
   * The four words of one counter.
   *
   * @param key the seed
   * @param counter four words, not changed
   */
  public static int[] words(long key, int... counter) {
    int[] c = counter.clone();
    int key0 = (int) key;
    int key1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c[0]);
      long product1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c[2]);
      int next0 = (int) (product1 >>> 32) ^ c[1] ^ key0;
      int next2 = (int) (product0 >>> 32) ^ c[3] ^ key1;
      c[1] = (int) product1;
      c[3] = (int) product0;
      c[0] = next0;
      c[2] = next2;
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    return c;
  }

  /**
   * A uniform draw in [0, 1) with 53 bits for one token of a run.
   *
   * @param seed the run's seed
   * @param item number of the item in the run
   * @param level the level that is sampled
   * @param position absolute position of the token in its item
   */
  public static double uniform(long seed, int item, int level, long position) {
    int[] words = words(seed, (int) position, (int) (position >>> 32), item, level);
    long bits = Integer.toUnsignedLong(words[0]) << 32 | Integer.toUnsignedLong(words[1]);
    return (bits >>> 11) * 0x1p-53;
  }
}
