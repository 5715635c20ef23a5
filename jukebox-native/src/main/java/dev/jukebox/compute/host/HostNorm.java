package dev.jukebox.compute.host;

import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.NormCheck;
import java.nio.FloatBuffer;

/** Layer norm in plain Java; mean and variance are summed in double precision. */
final class HostNorm implements NormOps {

  @Override
  public void layerNorm(Tensor x, Tensor gain, Tensor bias, float eps, Tensor y) {
    int rows = Math.toIntExact(x.shape().rows());
    int width = x.shape().rowLength();
    NormCheck.layerNorm(x, gain, bias, y);
    FloatBuffer source = HostTensors.floats(x);
    FloatBuffer target = HostTensors.floats(y);
    FloatBuffer gains = HostTensors.floats(gain);
    FloatBuffer biases = HostTensors.floats(bias);
    float[] row = new float[width];
    for (int r = 0; r < rows; r++) {
      source.get(r * width, row);
      double sum = 0;
      for (float value : row) {
        sum += value;
      }
      double mean = sum / width;
      double squares = 0;
      for (float value : row) {
        squares += (value - mean) * (value - mean);
      }
      double scale = 1 / Math.sqrt(squares / width + eps);
      for (int i = 0; i < width; i++) {
        row[i] = (float) ((row[i] - mean) * scale) * gains.get(i) + biases.get(i);
      }
      target.put(r * width, row);
    }
  }
}
