package dev.jukebox.api;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a run of training came to.
 *
 * <pre>{@code
 * TrainResult result = Jukebox.train(request);
 * result.model().ifPresent(file -> Jukebox.open(ModelSource.file(file)).close());
 * }</pre>
 *
 * @param directory where it wrote
 * @param checkpoint its last checkpoint; empty if it wrote none
 * @param model the description by which the trained prior is sampled from; empty for a VQ-VAE
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
