package dev.jukebox.core.align;

import dev.jukebox.core.prior.AttentionHead;
import java.util.Comparator;

/**
 * How well the attention of one head moves along the lyrics, as means over windows; see {@link
 * LinePattern} for what is measured.
 *
 * @param head the layer and head
 * @param score 0 to 1; 1 for all attention on one line that moves evenly
 * @param correlation −1 to 1: of time and the character attended to
 * @param concentration 0 to 1: the part of the attention along the best line that only moves on
 */
public record HeadScore(
    AttentionHead head, double score, double correlation, double concentration) {

  /** The best first; where scores are equal, the lower layer and head. */
  static final Comparator<HeadScore> BEST_FIRST =
      Comparator.comparingDouble(HeadScore::score)
          .reversed()
          .thenComparingInt(each -> each.head().layer())
          .thenComparingInt(each -> each.head().head());
}
