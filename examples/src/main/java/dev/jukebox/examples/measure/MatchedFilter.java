package dev.jukebox.examples.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Matched filters in coloured noise: for each class the template μ, the mean of its examples, and
 * the score μᵀΣ⁻¹x − μᵀΣ⁻¹μ/2, with Σ the covariance within the classes, which is what pitch,
 * accompaniment and neighbours add to the template.
 *
 * @param <T> the classes
 */
final class MatchedFilter<T> {
  /** The part of the covariance that is replaced by equal variances. */
  private static final double SHRINKAGE = 0.1;

  private final Map<T, double[]> filters = new LinkedHashMap<>();
  private final Map<T, Double> halfEnergies = new LinkedHashMap<>();

  /** Learns from examples, at least one of each class. */
  MatchedFilter(Map<T, List<double[]>> examples) {
    int size = examples.values().iterator().next().get(0).length;
    double[][] covariance = new double[size][size];
    Map<T, double[]> templates = new LinkedHashMap<>();
    long count = 0;
    for (Map.Entry<T, List<double[]>> entry : examples.entrySet()) {
      double[] mean = mean(entry.getValue(), size);
      templates.put(entry.getKey(), mean);
      entry.getValue().forEach(example -> addScatter(covariance, example, mean));
      count += entry.getValue().size();
    }
    Cholesky noise = new Cholesky(shrunk(covariance, count));
    templates.forEach(
        (label, template) -> {
          double[] filter = noise.solve(template);
          filters.put(label, filter);
          halfEnergies.put(label, dot(filter, template) / 2);
        });
  }

  private static double[] mean(List<double[]> examples, int size) {
    double[] mean = new double[size];
    for (double[] example : examples) {
      for (int i = 0; i < size; i++) {
        mean[i] += example[i] / examples.size();
      }
    }
    return mean;
  }

  private static void addScatter(double[][] sums, double[] example, double[] mean) {
    for (int i = 0; i < mean.length; i++) {
      for (int j = 0; j <= i; j++) {
        sums[i][j] += (example[i] - mean[i]) * (example[j] - mean[j]);
      }
    }
  }

  private static double[][] shrunk(double[][] sums, long count) {
    double trace = 0;
    for (int i = 0; i < sums.length; i++) {
      trace += sums[i][i] / count;
    }
    double equal = trace / sums.length + 1e-9;
    for (int i = 0; i < sums.length; i++) {
      for (int j = 0; j <= i; j++) {
        sums[i][j] *= (1 - SHRINKAGE) / count;
      }
      sums[i][i] += SHRINKAGE * equal;
    }
    return sums;
  }

  /** The class whose filter answers most. */
  T classify(double[] features) {
    return filters.entrySet().stream()
        .max(
            (a, b) ->
                Double.compare(
                    dot(a.getValue(), features) - halfEnergies.get(a.getKey()),
                    dot(b.getValue(), features) - halfEnergies.get(b.getKey())))
        .orElseThrow()
        .getKey();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
