package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Classes of made-up examples, and what lies beneath. */
class ClassifiersTest {

  @Test
  void choleskySolvesWhatIsPositiveDefinite() {
    Random random = new Random(1);
    for (int n : new int[] {1, 2, 7, 40}) {
      double[][] matrix = new double[n][n];
      double[][] factor = new double[n][];
      for (int i = 0; i < n; i++) {
        factor[i] = random.doubles(n, -1, 1).toArray();
      }
      double[] x = random.doubles(n, -1, 1).toArray();
      double[] b = new double[n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          matrix[i][j] = i == j ? 0.1 : 0;
          for (int k = 0; k < n; k++) {
            matrix[i][j] += factor[i][k] * factor[j][k];
          }
          b[i] += matrix[i][j] * x[j];
        }
      }
      assertArrayEquals(x, new Cholesky(matrix).solve(b), 1e-9, "size " + n);
    }
    double[][] indefinite = {{1, 0}, {2, 1}};
    assertThrows(IllegalArgumentException.class, () -> new Cholesky(indefinite));
  }

  /** Noise that two features share hides the class from distances, but not from the filter. */
  @Test
  void theMatchedFilterSeesThroughColouredNoise() {
    Map<String, List<double[]>> examples = new TreeMap<>();
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      String label = i % 2 == 0 ? "low" : "high";
      examples.computeIfAbsent(label, key -> new ArrayList<>()).add(example(label, random));
    }
    MatchedFilter<String> filter = new MatchedFilter<>(examples);
    NearestCentroid<String> nearest = new NearestCentroid<>(examples);
    Share filtered = new Share();
    Share near = new Share();
    for (int i = 0; i < 1000; i++) {
      String label = i % 2 == 0 ? "low" : "high";
      double[] features = example(label, random);
      filtered.add(filter.classify(features).equals(label));
      near.add(nearest.classify(features).equals(label));
    }
    assertTrue(filtered.value() > 0.95, "matched filter " + filtered.value());
    assertTrue(near.value() < 0.75, "nearest centroid " + near.value());
  }

  private static double[] example(String label, Random random) {
    double shared = 2 * random.nextGaussian();
    double signal = label.equals("low") ? -0.5 : 0.5;
    return new double[] {
      shared + signal + 0.1 * random.nextGaussian(), shared + 0.1 * random.nextGaussian()
    };
  }

  @Test
  void theNearestCentroidWeighsFeaturesByTheirSpread() {
    NearestCentroid<String> nearest =
        new NearestCentroid<>(
            Map.of(
                "a", List.of(new double[] {0, -100}, new double[] {0.2, 100}),
                "b", List.of(new double[] {1, -90}, new double[] {1.2, 110})));
    assertEquals("a", nearest.classify(new double[] {0.3, 60}));
    assertEquals("b", nearest.classify(new double[] {0.9, -60}));
  }

  @Test
  void entropyOfUnigrams() {
    Unigrams codes = new Unigrams();
    codes.add(new int[] {1, 2, 3, 4});
    assertEquals(2, codes.entropy(), 1e-12);
    codes.add(new int[] {1, 1, 1, 1});
    assertEquals(4, codes.different());
    assertEquals(5.0 / 8 * Math.log(8 / 5.0) / Math.log(2) + 3.0 / 8 * 3, codes.entropy(), 1e-12);
  }
}
