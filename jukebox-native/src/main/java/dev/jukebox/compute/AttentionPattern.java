package dev.jukebox.compute;

/** Which positions a query attends to; the numbers are the original's {@code attn_func}. */
public enum AttentionPattern {
  /** 0: all earlier positions and itself. */
  DENSE(0),
  /** 1: its own block, up to itself. */
  BLOCK(1),
  /** 2: the same place in its own and every earlier block. */
  TRANSPOSE_BLOCK(2),
  /** 3: the whole previous block; nothing, with output 0, in the first block. */
  PREV_BLOCK(3),
  /** 4: the last position of every block but the final one, up to itself, and one zero key. */
  SUMMARY(4),
  /** 6: every position of the lyric encoder. */
  ENCODER(6),
  /** 7: the first prime positions, up to itself. */
  PRIME(7);

  private final int attnFunc;

  AttentionPattern(int attnFunc) {
    this.attnFunc = attnFunc;
  }

  /** The original's number of the pattern. */
  public int attnFunc() {
    return attnFunc;
  }
}
