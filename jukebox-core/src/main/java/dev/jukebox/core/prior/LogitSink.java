package dev.jukebox.core.prior;

/** Takes logits as they are computed, chunk by chunk. */
@FunctionalInterface
interface LogitSink {

  /**
   * The logits of some positions of an item.
   *
   * @param item number of the item in its batch
   * @param start the first position, lyrics of a single-sequence model included
   * @param logits [positions, bins], row-major
   */
  void accept(int item, int start, float[] logits);

  /** −log2 of the probability that a softmax over one row gives to a token. */
  static double bits(float[] logits, int from, int bins, int token) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + bins; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double sum = 0;
    for (int i = from; i < from + bins; i++) {
      sum += Math.exp(logits[i] - largest);
    }
    return (Math.log(sum) + largest - logits[from + token]) / Math.log(2);
  }
}
