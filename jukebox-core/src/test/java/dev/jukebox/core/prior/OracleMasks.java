package dev.jukebox.core.prior;

/**
 * Which keys a query attends to, written down position by position from the description of the
 * original's attention functions, with no cache in mind.
 *
 * @param blockCtx positions of a block
 * @param blocks blocks of a window
 * @param primeLength lyric positions of a single-sequence model
 */
record OracleMasks(int blockCtx, int blocks, int primeLength) {
  private static final String ROW_COLUMN_PREVIOUS = "123";

  /** The attn_func of a layer: the cycles of the original's orders, written out. */
  static int attnFunc(int order, int layer) {
    String lyricsTenth = ROW_COLUMN_PREVIOUS.repeat(3) + "6";
    String cycle =
        switch (order) {
          case 0 -> "0";
          case 1 -> "12";
          case 2 -> ROW_COLUMN_PREVIOUS;
          case 3 -> "14";
          case 5 -> "1411";
          case 6 -> "1236";
          case 7 -> ROW_COLUMN_PREVIOUS.repeat(5) + "6";
          case 8 -> lyricsTenth;
          case 9 -> "1230";
          case 10 -> ROW_COLUMN_PREVIOUS.repeat(3) + lyricsTenth.repeat(7);
          case 11 -> sixteenths("660");
          case 12 -> sixteenths("770");
          default -> throw new IllegalArgumentException("order " + order);
        };
    return cycle.charAt(layer % cycle.length()) - '0';
  }

  /** 48 layers of 1, 2, 3, of which every sixteenth is another. */
  private static String sixteenths(String others) {
    StringBuilder cycle = new StringBuilder(ROW_COLUMN_PREVIOUS.repeat(16));
    for (int layer = 15; layer < 48; layer += 16) {
      cycle.setCharAt(layer, others.charAt(layer % 3));
    }
    return cycle.toString();
  }

  /** Whether the query of one position sees the key of another. */
  boolean sees(int attnFunc, int query, int key) {
    int queryBlock = query / blockCtx;
    int keyBlock = key / blockCtx;
    boolean causal = key <= query;
    return switch (attnFunc) {
      case 0 -> causal;
      case 1 -> causal && keyBlock == queryBlock;
      case 2 -> causal && key % blockCtx == query % blockCtx;
      case 3 -> keyBlock == queryBlock - 1;
      case 4 -> causal && key % blockCtx == blockCtx - 1 && keyBlock < blocks - 1;
      case 6 -> true;
      case 7 -> causal && key < (primeLength / blocks + 1) * blocks;
      default -> throw new IllegalArgumentException("attn_func " + attnFunc);
    };
  }

  /** How many keys of zeros, with values of zeros, a query sees besides. */
  int zeroKeys(int attnFunc, int query) {
    return switch (attnFunc) {
      case 3 -> query < blockCtx ? blockCtx : 0;
      case 4 -> 1;
      default -> 0;
    };
  }
}
