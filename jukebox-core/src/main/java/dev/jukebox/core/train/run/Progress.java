package dev.jukebox.core.train.run;

import java.util.Map;

/**
 * How far a run has come.
 *
 * @param epoch the pass over the data, from 0
 * @param batch the next batch of it
 * @param attempts batches that were begun in all; the random choices of a step follow from it
 */
record Progress(int epoch, int batch, long attempts) {
  static final Progress START = new Progress(0, 0, 0);

  /** What a checkpoint tells; the beginning, if it is not of this program. */
  static Progress of(Map<String, Object> extras) {
    return new Progress(
        (int) number(extras, "epoch"), (int) number(extras, "batch"), number(extras, "attempts"));
  }

  private static long number(Map<String, Object> extras, String name) {
    return extras.get(name) instanceof Long value && value >= 0 ? value : 0;
  }

  /** What a checkpoint keeps. */
  Map<String, Object> extras() {
    return Map.of("epoch", (long) epoch, "batch", (long) batch, "attempts", attempts);
  }

  /**
   * Where a run begins from here.
   *
   * @param batches of an epoch; where other data than before have fewer, the epoch begins anew
   * @param firstEpoch epochs before this one are left out
   */
  Progress fitting(int batches, int firstEpoch) {
    int first = Math.max(epoch, firstEpoch);
    return batch <= batches && first == epoch ? this : new Progress(first, 0, attempts);
  }

  Progress nextBatch() {
    return new Progress(epoch, batch + 1, attempts + 1);
  }

  Progress nextEpoch() {
    return new Progress(epoch + 1, 0, attempts);
  }
}
