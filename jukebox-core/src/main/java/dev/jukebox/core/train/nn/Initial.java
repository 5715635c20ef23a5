package dev.jukebox.core.train.nn;

/** What a parameter holds before training. */
public sealed interface Initial {

  /** Every element the same. */
  record Constant(float value) implements Initial {}

  /** Normal draws about 0. */
  record Normal(double std) implements Initial {}

  /** Uniform draws from [−bound, bound]. */
  record Uniform(double bound) implements Initial {}

  /**
   * Sines and cosines of the row, counted from the middle, over a geometric row of wavelengths, 2π
   * to 10000·2π (Vaswani et al. 2017, section 3.5): near rows are alike.
   *
   * @param std of the elements
   * @param rows number of rows
   * @param width elements of a row, sine and cosine in turn
   */
  record Sinusoids(double std, int rows, int width) implements Initial {}

  /** All zeros. */
  static Initial zeros() {
    return new Constant(0);
  }

  /** PyTorch's own for a convolution of that many inputs to an output (He et al. 2015, a = √5). */
  static Initial convolution(long fanIn) {
    return new Uniform(1 / Math.sqrt((double) fanIn));
  }
}
