package dev.jukebox.compute.host;

import dev.jukebox.compute.NormGradients;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.NormCheck;
import java.nio.FloatBuffer;

/** The gradient of layer norm in plain Java, in double precision. */
final class HostNormGradients implements NormGradients {
  /** Rows whose parts of dGain and dBias are summed together, whatever the number of threads. */
  private static final int ROWS = 64;

  private final HostThreads threads;

  HostNormGradients(HostThreads threads) {
    this.threads = threads;
  }

  @Override
  public void layerNorm(
      Tensor x,
      Tensor gain,
      float eps,
      Tensor dy,
      boolean add,
      Tensor dx,
      Tensor dGain,
      Tensor dBias) {
    NormCheck.gradient(x, gain, dy, dx, dGain, dBias);
    int rows = Math.toIntExact(x.shape().rows());
    int width = x.shape().rowLength();
    int chunks = (rows + ROWS - 1) / ROWS;
    double[][] gainParts = new double[chunks][width];
    double[][] biasParts = new double[chunks][width];
    FloatBuffer xs = HostTensors.floats(x);
    FloatBuffer gains = HostTensors.floats(gain);
    FloatBuffer dys = HostTensors.floats(dy);
    FloatBuffer dxs = HostTensors.floats(dx);
    threads.forEach(
        chunks,
        chunk -> {
          double[] hat = new double[width];
          double[] scaled = new double[width];
          for (int r = chunk * ROWS; r < Math.min(rows, (chunk + 1) * ROWS); r++) {
            int at = r * width;
            double deviation = normalise(xs, at, eps, hat);
            double mean = 0;
            double meanOfProducts = 0;
            for (int i = 0; i < width; i++) {
              double d = dys.get(at + i);
              gainParts[chunk][i] += d * hat[i];
              biasParts[chunk][i] += d;
              scaled[i] = d * gains.get(i);
              mean += scaled[i] / width;
              meanOfProducts += scaled[i] * hat[i] / width;
            }
            for (int i = 0; i < width; i++) {
              double d = (scaled[i] - mean - hat[i] * meanOfProducts) / deviation;
              dxs.put(at + i, (float) (add ? dxs.get(at + i) + d : d));
            }
          }
        });
    addSums(gainParts, HostTensors.floats(dGain));
    addSums(biasParts, HostTensors.floats(dBias));
  }

  /** Writes (x − mean) / deviation to {@code hat} and answers the deviation. */
  private static double normalise(FloatBuffer xs, int at, float eps, double[] hat) {
    int width = hat.length;
    double mean = 0;
    for (int i = 0; i < width; i++) {
      mean += (double) xs.get(at + i) / width;
    }
    double variance = 0;
    for (int i = 0; i < width; i++) {
      hat[i] = xs.get(at + i) - mean;
      variance += hat[i] * hat[i] / width;
    }
    double deviation = Math.sqrt(variance + eps);
    for (int i = 0; i < width; i++) {
      hat[i] /= deviation;
    }
    return deviation;
  }

  private static void addSums(double[][] parts, FloatBuffer to) {
    for (int i = 0; i < to.limit(); i++) {
      double sum = to.get(i);
      for (double[] part : parts) {
        sum += part[i];
      }
      to.put(i, (float) sum);
    }
  }
}
