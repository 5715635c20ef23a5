package dev.jukebox.core.train.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a batch gave.
 *
 * @param loss the total that is made small
 * @param metrics every part of it and whatever else is logged, by the original's names and in its
 *     order
 */
public record StepLoss(double loss, Map<String, Double> metrics) {

  public StepLoss {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
