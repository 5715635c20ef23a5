package dev.jukebox.core.nn;

/**
 * The shape of a stack of residual blocks.
 *
 * @param width channels
 * @param depth number of blocks
 * @param mConv inner channels as a multiple of width
 * @param dilationGrowthRate dilation of block i is this to the power i
 * @param dilationCycle exponents restart after this many blocks; 0 for never
 * @param resScale whether each block is scaled by 1/sqrt(depth)
 * @param reverseDilation whether the largest dilation comes first
 * @param names the original's name of the list: {@code model}, or {@code blocks} in conditioners
 */
public record ResnetConfig(
    int width,
    int depth,
    double mConv,
    int dilationGrowthRate,
    int dilationCycle,
    boolean resScale,
    boolean reverseDilation,
    String names) {

  /** The dilation of block {@code index} in the order of execution. */
  public int dilation(int index) {
    int block = reverseDilation ? depth - 1 - index : index;
    int exponent = dilationCycle == 0 ? block : block % dilationCycle;
    return Math.toIntExact(Math.round(Math.pow(dilationGrowthRate, exponent)));
  }

  /** What each block's branch is multiplied by. */
  public float scale() {
    return resScale ? (float) (1 / Math.sqrt(depth)) : 1;
  }
}
