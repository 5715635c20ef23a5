package dev.jukebox.core.data;

import java.util.Arrays;

/**
 * Which chunks make the batches of each epoch: those of a range in an order drawn from the seed and
 * the epoch.
 */
final class BatchPlan {

  private final ItemRange range;
  private final int batchSize;
  private final boolean dropLast;
  private final Draws draws;

  /**
   * @param dropLast whether the chunks that do not fill a batch are left out of an epoch
   */
  BatchPlan(ItemRange range, int batchSize, boolean dropLast, Draws draws) {
    this.range = range;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    this.draws = draws;
  }

  ItemRange range() {
    return range;
  }

  /** The batches of every epoch. */
  int batches() {
    int whole = range.count() / batchSize;
    return dropLast || range.count() % batchSize == 0 ? whole : whole + 1;
  }

  /** The numbers of an epoch's chunks, in order. */
  int[] items(int epoch) {
    int[] items = draws.order(range.count(), epoch, range.start());
    for (int i = 0; i < items.length; i++) {
      items[i] += range.start();
    }
    return items;
  }

  /** Those of a batch. */
  int[] batch(int[] items, int batch) {
    int from = batch * batchSize;
    return Arrays.copyOfRange(items, from, Math.min(from + batchSize, items.length));
  }
}
