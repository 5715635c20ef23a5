package dev.jukebox.core.train.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a step of training gave.
 *
 * @param step steps taken so far
 * @param epoch the pass over the data, from 0
 * @param batch the batch's number in its epoch, from 0
 * @param batches batches of the epoch
 * @param loss what is made small
 * @param metrics its parts and what else is logged, by the original's names; with gn (norm of the
 *     gradient), lr and lg_loss_scale where the batch was learnt from
 * @param seconds that the step took, data and checkpoint not counted
 * @param taken whether the parameters were changed
 */
public record StepReport(
    long step,
    int epoch,
    int batch,
    int batches,
    double loss,
    Map<String, Double> metrics,
    double seconds,
    boolean taken) {

  public StepReport {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
