package dev.jukebox.core.train.run;

import dev.jukebox.core.data.SkippedFile;
import java.nio.file.Path;
import java.util.Map;

/**
 * Told what a run of training does, on the run's own thread unless said otherwise. All methods do
 * nothing unless overridden.
 */
public interface TrainListener {

  /** The durations of so many files are known. */
  default void measured(int done, int total) {}

  /** Data and model are ready, and the first batch comes next. */
  default void started(RunOverview overview) {}

  /** A batch was learnt from, or left out. */
  default void stepped(StepReport report) {}

  /** An epoch's test data were looked at; the names begin with {@code test_}. */
  default void evaluated(int epoch, Map<String, Double> metrics) {}

  /** A checkpoint was written. */
  default void saved(Path checkpoint) {}

  /** A file of the data was left out; any thread. */
  default void skipped(SkippedFile file) {}

  /** One sentence about something that is not as it may have been meant; any thread. */
  default void warning(String sentence) {}

  /** Whether the run is to end now; it then saves a checkpoint. */
  default boolean isCancelled() {
    return false;
  }
}
