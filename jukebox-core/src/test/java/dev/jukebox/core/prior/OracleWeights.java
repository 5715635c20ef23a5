package dev.jukebox.core.prior;

import dev.jukebox.compute.DType;
import dev.jukebox.core.vqvae.RandomWeights;
import java.util.HashMap;
import java.util.Map;

/** The weights of a prior in double precision, those of linear layers rounded as they are kept. */
final class OracleWeights {
  private final RandomWeights weights;
  private final DType storage;
  private final Map<String, double[]> plain = new HashMap<>();
  private final Map<String, double[][]> columns = new HashMap<>();

  OracleWeights(RandomWeights weights, DType storage) {
    this.weights = weights;
    this.storage = storage;
  }

  /** A tensor as it is in the file. */
  double[] plain(String name) {
    return plain.computeIfAbsent(name, missing -> widened(weights.values(missing)));
  }

  /** x·W + b with W = {@code name.w} [in, out]. */
  double[][] linear(String name, double[][] x) {
    double[] bias = plain(name + ".b");
    return multiply(columns.computeIfAbsent(name, this::columnsOf), bias, x);
  }

  /** x·Wᵀ with W [out, in]. */
  double[][] head(String name, double[][] x) {
    double[][] rows = columns.computeIfAbsent(name, missing -> rowsOf(missing, x[0].length));
    return multiply(rows, new double[rows.length], x);
  }

  private double[][] columnsOf(String name) {
    float[] w = weights.values(name + ".w");
    int out = plain(name + ".b").length;
    float[][] columns = new float[out][w.length / out];
    for (int i = 0; i < w.length; i++) {
      columns[i % out][i / out] = w[i];
    }
    return rounded(columns);
  }

  private double[][] rowsOf(String name, int in) {
    float[] w = weights.values(name);
    float[][] rows = new float[w.length / in][in];
    for (int i = 0; i < w.length; i++) {
      rows[i / in][i % in] = w[i];
    }
    return rounded(rows);
  }

  private double[][] rounded(float[][] outputs) {
    double[][] rounded = new double[outputs.length][];
    for (int o = 0; o < outputs.length; o++) {
      rounded[o] = widened(OracleRounding.round(outputs[o], storage));
    }
    return rounded;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static double[][] multiply(double[][] columns, double[] bias, double[][] x) {
    double[][] y = new double[x.length][columns.length];
    for (int row = 0; row < x.length; row++) {
      for (int o = 0; o < columns.length; o++) {
        double sum = bias[o];
        for (int i = 0; i < columns[o].length; i++) {
          sum += x[row][i] * columns[o][i];
        }
        y[row][o] = sum;
      }
    }
    return y;
  }
}
