package dev.jukebox.compute.host;

import dev.jukebox.compute.MatmulOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.MatmulCheck;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Matrix products in plain Java, one row of the result after the other, summed in double. */
final class HostMatmul implements MatmulOps {
  private final HostThreads threads;

  HostMatmul(HostThreads threads) {
    this.threads = threads;
  }

  /** Elements as rows, and how many columns these have. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Matrix(float[] values, int columns) {

    static Matrix of(Tensor tensor, boolean transposed) {
      int rows = Math.toIntExact(tensor.shape().rows());
      int columns = tensor.shape().rowLength();
      float[] values = HostTensors.copy(tensor);
      return transposed
          ? new Matrix(transpose(values, rows, columns), rows)
          : new Matrix(values, columns);
    }

    private static float[] transpose(float[] values, int rows, int columns) {
      float[] turned = new float[values.length];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          turned[j * rows + i] = values[i * columns + j];
        }
      }
      return turned;
    }
  }

  @Override
  public void multiply(
      Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean add, Tensor c) {
    MatmulCheck.multiply(a, transposeA, b, transposeB, c);
    Matrix left = Matrix.of(a, transposeA);
    Matrix right = Matrix.of(b, transposeB);
    FloatBuffer target = HostTensors.floats(c);
    int columns = c.shape().rowLength();
    threads.forEach(
        Math.toIntExact(c.shape().rows()),
        row -> {
          double[] sum = new double[columns];
          addProduct(left, row, right, sum);
          for (int j = 0; j < columns; j++) {
            int at = row * columns + j;
            target.put(at, (float) (add ? target.get(at) + sum[j] : sum[j]));
          }
        });
  }

  @Override
  public void linear(Tensor x, Tensor weight, Tensor bias, Tensor y) {
    MatmulCheck.linear(x, weight, bias, y);
    Matrix left = Matrix.of(x, false);
    Matrix right = Matrix.of(weight, false);
    float[] biases = HostTensors.copy(bias);
    FloatBuffer target = HostTensors.floats(y);
    threads.forEach(
        Math.toIntExact(y.shape().rows()),
        row -> {
          double[] sum = new double[biases.length];
          Arrays.setAll(sum, j -> biases[j]);
          addProduct(left, row, right, sum);
          for (int j = 0; j < sum.length; j++) {
            target.put(row * sum.length + j, (float) sum[j]);
          }
        });
  }

  /** Adds one row of the product to {@code sum}. */
  private static void addProduct(Matrix left, int row, Matrix right, double[] sum) {
    float[] values = right.values;
    for (int k = 0; k < left.columns; k++) {
      double factor = left.values[row * left.columns + k];
      int from = k * sum.length;
      for (int j = 0; j < sum.length; j++) {
        sum[j] += factor * values[from + j];
      }
    }
  }
}
