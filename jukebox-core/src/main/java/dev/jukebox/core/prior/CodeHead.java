package dev.jukebox.core.prior;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.Linear;
import java.util.Optional;

/**
 * From the outputs of a transformer to the logits of the codes.
 *
 * @param linear the products
 * @param xCond conditioning that is added first [batch, length, width]; empty with a merged decoder
 */
record CodeHead(Backend backend, Linear linear, Optional<Tensor> xCond) {

  /** Number of logits. */
  int bins() {
    return linear.out();
  }

  /**
   * Writes the logits of the positions from {@code start} on.
   *
   * @param x outputs [batch, count, width]; the conditioning is added in place
   * @param logits F32 [batch, count, bins]
   */
  void apply(Tensor x, Position start, Tensor logits) {
    xCond.ifPresent(cond -> backend.elementwise().addSlice(x, cond, start, x));
    linear.apply(x, logits);
  }
}
