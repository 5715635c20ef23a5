package dev.jukebox.core.train.run;

import java.util.LinkedHashMap;
import java.util.Map;

/** Means of metrics over the items of an epoch. */
final class Means {
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private final Map<String, Double> counts = new LinkedHashMap<>();

  void add(Map<String, Double> metrics, int items) {
    metrics.forEach(
        (name, value) -> {
          sums.merge(name, value * items, Double::sum);
          counts.merge(name, (double) items, Double::sum);
        });
  }

  /** The mean of each, with a prefix before its name. */
  Map<String, Double> values(String prefix) {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(prefix + name, sum / counts.get(name)));
    return means;
  }
}
