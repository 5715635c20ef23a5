package dev.jukebox.api;

import java.nio.file.Path;
import java.util.Map;

/**
 * Hears how far a run of training is, and can stop it. Called on the thread that trains unless said
 * otherwise; every method does nothing unless overridden.
 *
 * <pre>{@code
 * TrainListener listener =
 *     new TrainListener() {
 *       public void step(TrainProgress progress) {
 *         System.err.printf("step %d: loss %.4f%n", progress.step(), progress.loss());
 *       }
 *     };
 * }</pre>
 */
public interface TrainListener {

  /** A listener that hears nothing and stops nothing. */
  static TrainListener none() {
    return new TrainListener() {};
  }

  /** So many files were opened to know their durations. */
  default void measured(int done, int total) {}

  /** Data and model are ready, and the first batch comes next. */
  default void started(TrainStart start) {}

  /** A batch was learnt from, or left out. */
  default void step(TrainProgress progress) {}

  /** An epoch's test data were looked at; the names begin with {@code test_}. */
  default void evaluated(int epoch, Map<String, Double> metrics) {}

  /** A checkpoint was written. */
  default void saved(Path checkpoint) {}

  /** A file of the data was left out, for a reason of one sentence; on any thread. */
  default void skipped(Path file, String reason) {}

  /** Something the user should know; on any thread. */
  default void warning(String message) {}

  /** Asked between two batches: true saves a checkpoint and ends with a CancelledException. */
  default boolean isCancelled() {
    return false;
  }
}
