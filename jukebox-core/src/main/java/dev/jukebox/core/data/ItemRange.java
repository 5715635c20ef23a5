package dev.jukebox.core.data;

/**
 * The chunks that are trained on, or those that are tested on.
 *
 * @param start the first
 * @param count how many
 */
public record ItemRange(int start, int count) {

  /** The chunks that are trained on: the given part of all, rounded down, from the front. */
  public static ItemRange train(int chunks, double trainTestSplit) {
    return new ItemRange(0, (int) (chunks * trainTestSplit));
  }

  /** The chunks behind those that are trained on. */
  public static ItemRange test(int chunks, double trainTestSplit) {
    int train = train(chunks, trainTestSplit).count();
    return new ItemRange(train, chunks - train);
  }
}
