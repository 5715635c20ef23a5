package dev.jukebox.core.prior;

/** Takes the attention of heads as a window is computed, a run of positions after the other. */
@FunctionalInterface
public interface AttentionSink {

  /**
   * What a head pays from some positions to every cache row.
   *
   * @param head the head
   * @param item the item of the batch
   * @param start the first position; lyric positions of a single-sequence model count
   * @param weights [positions, cache rows], row-major; 0 where a position does not attend
   */
  void accept(AttentionHead head, int item, int start, float[] weights);
}
