package dev.jukebox.compute.host;

import dev.jukebox.compute.ActivationOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ActivationCheck;
import java.nio.FloatBuffer;
import java.util.function.IntConsumer;

/** Single-element functions in plain Java, in double where that is more exact. */
final class HostActivation implements ActivationOps {
  private static final int PIECE = 1 << 14;
  private static final double SLOPE = 1.702;

  private final HostThreads threads;

  HostActivation(HostThreads threads) {
    this.threads = threads;
  }

  /** Calls the body for every index of a tensor. */
  private void forEach(Tensor tensor, IntConsumer body) {
    int size = Math.toIntExact(tensor.size());
    threads.forEach(
        (size + PIECE - 1) / PIECE,
        piece -> {
          int end = Math.min(size, (piece + 1) * PIECE);
          for (int i = piece * PIECE; i < end; i++) {
            body.accept(i);
          }
        });
  }

  @Override
  public void fill(Tensor x, float value) {
    ActivationCheck.sameSize("fill", x);
    FloatBuffer to = HostTensors.floats(x);
    forEach(x, i -> to.put(i, value));
  }

  @Override
  public void scale(Tensor x, float a, boolean add, Tensor y) {
    ActivationCheck.sameSize("scale", x, y);
    FloatBuffer from = HostTensors.floats(x);
    FloatBuffer to = HostTensors.floats(y);
    forEach(x, i -> to.put(i, add ? to.get(i) + a * from.get(i) : a * from.get(i)));
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor y) {
    ActivationCheck.sameSize("add", a, b, y);
    FloatBuffer first = HostTensors.floats(a);
    FloatBuffer second = HostTensors.floats(b);
    FloatBuffer to = HostTensors.floats(y);
    forEach(a, i -> to.put(i, first.get(i) + second.get(i)));
  }

  @Override
  public void quickGelu(Tensor x, Tensor y) {
    ActivationCheck.sameSize("quick GELU", x, y);
    FloatBuffer from = HostTensors.floats(x);
    FloatBuffer to = HostTensors.floats(y);
    forEach(x, i -> to.put(i, (float) (from.get(i) * sigmoid(from.get(i)))));
  }

  @Override
  public void quickGeluGradient(Tensor x, Tensor dy, Tensor dx) {
    ActivationCheck.sameSize("quick GELU gradient", x, dy, dx);
    FloatBuffer at = HostTensors.floats(x);
    FloatBuffer from = HostTensors.floats(dy);
    FloatBuffer to = HostTensors.floats(dx);
    forEach(
        x,
        i -> {
          double sigmoid = sigmoid(at.get(i));
          double slope = sigmoid * (1 + SLOPE * at.get(i) * (1 - sigmoid));
          to.put(i, (float) (from.get(i) * slope));
        });
  }

  private static double sigmoid(float x) {
    return 1 / (1 + Math.exp(-SLOPE * x));
  }

  @Override
  public void reluGradient(Tensor x, Tensor dy, boolean add, Tensor dx) {
    ActivationCheck.sameSize("ReLU gradient", x, dy, dx);
    FloatBuffer at = HostTensors.floats(x);
    FloatBuffer from = HostTensors.floats(dy);
    FloatBuffer to = HostTensors.floats(dx);
    forEach(
        x,
        i -> {
          float passed = at.get(i) > 0 ? from.get(i) : 0;
          to.put(i, add ? to.get(i) + passed : passed);
        });
  }

  @Override
  public void sumRows(Tensor x, Tensor sums) {
    ActivationCheck.sumRows(x, sums);
    FloatBuffer from = HostTensors.floats(x);
    float[] row = new float[x.shape().rowLength()];
    double[] sum = new double[row.length];
    for (int start = 0; start < from.limit(); start += row.length) {
      from.get(start, row);
      for (int j = 0; j < row.length; j++) {
        sum[j] += row[j];
      }
    }
    FloatBuffer to = HostTensors.floats(sums);
    for (int j = 0; j < row.length; j++) {
      to.put(j, (float) (to.get(j) + sum[j]));
    }
  }
}
