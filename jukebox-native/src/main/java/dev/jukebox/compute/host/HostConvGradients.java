package dev.jukebox.compute.host;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvGradients;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ConvGradientCheck;
import java.nio.FloatBuffer;

/** Gradients of convolutions in plain Java, summed in double over all positions. */
final class HostConvGradients implements ConvGradients {
  private final HostThreads threads;
  private final ConvOps conv;

  /**
   * @param conv packs the weights of input gradients
   */
  HostConvGradients(HostThreads threads, ConvOps conv) {
    this.threads = threads;
    this.conv = conv;
  }

  @Override
  public void weight(
      ConvGeometry geometry,
      Tensor x,
      boolean reluInput,
      Tensor dy,
      float scale,
      Tensor dWeight,
      Tensor dBias) {
    ConvGradientCheck.weight(geometry, x, dy, dWeight, dBias);
    int in = x.shape().rowLength();
    int out = dy.shape().rowLength();
    int kernel = geometry.kernel();
    Rows inputs = Rows.of(x);
    Rows outputs = Rows.of(dy);
    FloatBuffer weights = HostTensors.floats(dWeight);
    threads.forEach(
        in * kernel,
        task -> {
          int channel = task / kernel;
          int tap = task % kernel;
          double[] sum = sum(geometry, inputs, channel, tap, reluInput, outputs);
          for (int o = 0; o < out; o++) {
            int pair = geometry.transposed() ? channel * out + o : o * in + channel;
            int at = pair * kernel + tap;
            weights.put(at, (float) (weights.get(at) + scale * sum[o]));
          }
        });
    FloatBuffer biases = HostTensors.floats(dBias);
    double[] sum = new double[out];
    for (int row = 0; row < outputs.items * outputs.length; row++) {
      outputs.addTo(sum, row, 1);
    }
    for (int o = 0; o < out; o++) {
      biases.put(o, (float) (biases.get(o) + scale * sum[o]));
    }
  }

  /** For each output channel the sum over positions of what this tap saw, times dy. */
  private static double[] sum(
      ConvGeometry geometry, Rows inputs, int channel, int tap, boolean relu, Rows outputs) {
    double[] sum = new double[outputs.width];
    for (int item = 0; item < outputs.items; item++) {
      for (int t = 0; t < outputs.length; t++) {
        int position = HostConv.inputPosition(geometry, t, tap);
        if (position >= 0 && position < inputs.length) {
          int row = item * inputs.length + position;
          float value = inputs.values[row * inputs.width + channel];
          outputs.addTo(sum, item * outputs.length + t, relu ? Math.max(0, value) : value);
        }
      }
    }
    return sum;
  }

  /** A copy of a tensor [items, length, width]. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Rows(float[] values, int items, int length, int width) {

    static Rows of(Tensor tensor) {
      return new Rows(
          HostTensors.copy(tensor),
          Math.toIntExact(tensor.shape().dim(0)),
          Math.toIntExact(tensor.shape().dim(1)),
          tensor.shape().rowLength());
    }

    void addTo(double[] sum, int row, double factor) {
      for (int o = 0; o < width; o++) {
        sum[o] += factor * values[row * width + o];
      }
    }
  }

  @Override
  public ConvWeight packInputGradient(Tensor weight, ConvGeometry geometry, Arena arena) {
    return ConvInputGradient.pack(conv, weight, geometry, arena);
  }
}
