package dev.jukebox.core.train.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a run came to.
 *
 * @param directory where it wrote
 * @param checkpoint its last checkpoint; empty if it wrote none
 * @param model the description that {@code sample} takes; empty where there is no prior yet
 * @param steps steps taken, those of earlier runs included
 * @param metrics means over the last epoch, by the original's names; those of test data begin with
 *     {@code test_}
 */
public record TrainResult(
    Path directory,
    Optional<Path> checkpoint,
    Optional<Path> model,
    long steps,
    Map<String, Double> metrics) {

  public TrainResult {
    metrics = Map.copyOf(metrics);
  }
}
