package dev.jukebox.core.train.prior;

import java.util.List;

/**
 * Windows that a prior learns from.
 *
 * @param codes the codes of each item, nCtx of them
 * @param above the codes of the level above; empty at the top level
 * @param y the label vector of each item (spec: total_length, offset, sample_length, artist,
 *     genres, lyric tokens); empty without labels
 */
public record PriorBatch(List<int[]> codes, List<int[]> above, List<long[]> y) {

  public PriorBatch {
    codes = List.copyOf(codes);
    above = List.copyOf(above);
    y = List.copyOf(y);
  }
}
