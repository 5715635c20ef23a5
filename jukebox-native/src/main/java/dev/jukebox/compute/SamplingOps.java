package dev.jukebox.compute;

/** Draws of tokens from logits. */
public interface SamplingOps {

  /**
   * One token per row, drawn from softmax(logits / temp) after top-k or top-p filtering.
   *
   * <p>The draw depends on the row's logits and on (seed, item, level, position) alone, by
   * Philox4x32-10 (Salmon et al. 2011): not on the batch, on threads, or on what was drawn before.
   *
   * @param logits F32 [rows, bins]
   * @param settings temperature and filter
   * @param seed the run's seed
   * @param items I32 [rows]: the item number of each row
   * @param level the level that is sampled
   * @param position the token's absolute position in its item
   * @param tokens I32 [rows]
   */
  void sample(
      Tensor logits,
      SamplerSettings settings,
      long seed,
      Tensor items,
      int level,
      Position position,
      Tensor tokens);

  /** As the other, for a fixed position. */
  default void sample(
      Tensor logits,
      SamplerSettings settings,
      long seed,
      Tensor items,
      int level,
      long position,
      Tensor tokens) {
    sample(logits, settings, seed, items, level, Position.at(position), tokens);
  }
}
