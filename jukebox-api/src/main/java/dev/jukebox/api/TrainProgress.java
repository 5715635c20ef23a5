package dev.jukebox.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a run of training is, and what its last batch gave.
 *
 * @param step steps taken so far, those of earlier runs included
 * @param lastStep the step with which the run is expected to end
 * @param epoch the pass over the data, from 0
 * @param batch the batch's number in its epoch, from 0
 * @param batches batches of the epoch
 * @param loss what is made small
 * @param metrics its parts and what else is measured, by the original's names: of a VQ-VAE {@code
 *     recons_loss}, {@code spectral_loss}, {@code commit_loss} and so on, of a prior {@code bpd}
 *     (bits per code); with {@code gn} (norm of the gradient) and {@code lr} where the batch was
 *     learnt from
 * @param taken whether the parameters were changed; not where batches are accumulated, or the
 *     gradient was too long
 * @param secondsPerStep recent time from step to step, waiting for data included
 * @param secondsLeft expected time to the end of the run
 */
public record TrainProgress(
    long step,
    long lastStep,
    int epoch,
    int batch,
    int batches,
    double loss,
    Map<String, Double> metrics,
    boolean taken,
    double secondsPerStep,
    double secondsLeft) {

  public TrainProgress {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
