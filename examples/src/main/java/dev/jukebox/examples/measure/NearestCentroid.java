package dev.jukebox.examples.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells classes apart by the nearest mean of examples, each feature in units of its standard
 * deviation within the classes.
 *
 * @param <T> the classes
 */
final class NearestCentroid<T> {
  private final Map<T, double[]> centroids = new LinkedHashMap<>();
  private final double[] deviations;

  /** Learns from examples, at least one of each class. */
  NearestCentroid(Map<T, List<double[]>> examples) {
    int size = examples.values().iterator().next().get(0).length;
    double[] variances = new double[size];
    int count = 0;
    for (Map.Entry<T, List<double[]>> entry : examples.entrySet()) {
      double[] mean = new double[size];
      for (double[] example : entry.getValue()) {
        for (int i = 0; i < size; i++) {
          mean[i] += example[i] / entry.getValue().size();
        }
      }
      for (double[] example : entry.getValue()) {
        for (int i = 0; i < size; i++) {
          variances[i] += (example[i] - mean[i]) * (example[i] - mean[i]);
        }
      }
      count += entry.getValue().size();
      centroids.put(entry.getKey(), mean);
    }
    deviations = new double[size];
    for (int i = 0; i < size; i++) {
      deviations[i] = Math.sqrt(variances[i] / count) + 1e-9;
    }
  }

  /** The class whose mean is nearest. */
  T classify(double[] features) {
    return centroids.entrySet().stream()
        .min(
            (a, b) ->
                Double.compare(distance(features, a.getValue()), distance(features, b.getValue())))
        .orElseThrow()
        .getKey();
  }

  private double distance(double[] features, double[] centroid) {
    double sum = 0;
    for (int i = 0; i < centroid.length; i++) {
      double away = (features[i] - centroid[i]) / deviations[i];
      sum += away * away;
    }
    return sum;
  }
}
