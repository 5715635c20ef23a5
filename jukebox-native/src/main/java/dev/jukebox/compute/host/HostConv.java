package dev.jukebox.compute.host;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ConvCheck;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Convolutions in plain Java. The weight is kept as [kernel, in, out]; each output is summed over
 * taps, then input channels, in ascending order.
 */
final class HostConv implements ConvOps {
  private static final int POSITIONS = 128;

  private final HostThreads threads;

  HostConv(HostThreads threads) {
    this.threads = threads;
  }

  @Override
  public ConvWeight pack(Tensor weight, Tensor bias, ConvGeometry geometry, Arena arena) {
    ConvCheck.pack(weight, bias, geometry);
    int in = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 0 : 1));
    int out = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 1 : 0));
    int kernel = geometry.kernel();
    Tensor packed = arena.tensor(DType.F32, kernel, in, out);
    FloatBuffer source = HostTensors.floats(weight);
    FloatBuffer target = HostTensors.floats(packed);
    for (int k = 0; k < kernel; k++) {
      for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++) {
          int from = geometry.transposed() ? (i * out + o) * kernel : (o * in + i) * kernel;
          target.put((k * in + i) * out + o, source.get(from + k));
        }
      }
    }
    Tensor ownBias = arena.tensor(DType.F32, out);
    HostTensors.floats(ownBias).put(HostTensors.floats(bias));
    return new ConvWeight(in, out, geometry, packed, ownBias);
  }

  @Override
  public void apply(ConvWeight weight, Tensor x, boolean reluInput, Tensor y) {
    run(weight, x, reluInput, Optional.empty(), 1, y);
  }

  @Override
  public void applyResidual(
      ConvWeight weight, Tensor x, boolean reluInput, Tensor residual, float scale, Tensor y) {
    run(weight, x, reluInput, Optional.of(residual), scale, y);
  }

  private void run(
      ConvWeight weight,
      Tensor x,
      boolean reluInput,
      Optional<Tensor> residual,
      float scale,
      Tensor y) {
    ConvCheck.apply(weight, x, residual, y);
    int batch = Math.toIntExact(x.shape().dim(0));
    int outLength = Math.toIntExact(y.shape().dim(1));
    int tiles = (outLength + POSITIONS - 1) / POSITIONS;
    threads.forEach(
        batch * tiles,
        task -> {
          int item = task / tiles;
          int from = task % tiles * POSITIONS;
          int to = Math.min(outLength, from + POSITIONS);
          tile(weight, x, reluInput, residual, scale, y, item, from, to);
        });
  }

  private static void tile(
      ConvWeight weight,
      Tensor x,
      boolean reluInput,
      Optional<Tensor> residual,
      float scale,
      Tensor y,
      int item,
      int from,
      int to) {
    int length = Math.toIntExact(x.shape().dim(1));
    int outLength = Math.toIntExact(y.shape().dim(1));
    int in = weight.in();
    int out = weight.out();
    float[] taps = new float[Math.toIntExact(weight.packed().size())];
    HostTensors.floats(weight.packed()).get(taps);
    float[] biases = new float[out];
    HostTensors.floats(weight.bias()).get(biases);
    FloatBuffer source = HostTensors.floats(x);
    FloatBuffer target = HostTensors.floats(y);
    float[] input = new float[in];
    float[] sum = new float[out];
    float[] extra = new float[out];
    for (int t = from; t < to; t++) {
      Arrays.fill(sum, 0);
      for (int k = 0; k < weight.geometry().kernel(); k++) {
        int position = inputPosition(weight.geometry(), t, k);
        if (position >= 0 && position < length) {
          source.get((item * length + position) * in, input);
          addTap(input, reluInput, taps, k * in * out, sum);
        }
      }
      if (residual.isPresent()) {
        HostTensors.floats(residual.get()).get((item * outLength + t) * out, extra);
      }
      for (int o = 0; o < out; o++) {
        sum[o] = extra[o] + scale * (sum[o] + biases[o]);
      }
      target.put((item * outLength + t) * out, sum);
    }
  }

  /** The input that tap {@code k} of output {@code t} reads, or −1 if it reads none. */
  static int inputPosition(ConvGeometry geometry, int t, int k) {
    if (!geometry.transposed()) {
      return t * geometry.stride() - geometry.padding() + k * geometry.dilation();
    }
    int scaled = t + geometry.padding() - k;
    return scaled % geometry.stride() == 0 ? scaled / geometry.stride() : -1;
  }

  private static void addTap(float[] input, boolean relu, float[] taps, int offset, float[] sum) {
    for (int i = 0; i < input.length; i++) {
      float value = relu ? Math.max(0, input[i]) : input[i];
      int row = offset + i * sum.length;
      for (int o = 0; o < sum.length; o++) {
        sum[o] += value * taps[row + o];
      }
    }
  }
}
