package dev.jukebox.compute.host;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.LinearOps;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.LinearCheck;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * Matrix products in plain Java. The weight is kept as F32 [in, out], rounded to its storage type;
 * each output is summed over the inputs in ascending order.
 */
final class HostLinear implements LinearOps {
  private static final int COLUMNS = 256;
  private static final int ROWS = 16;

  private final HostThreads threads;

  HostLinear(HostThreads threads) {
    this.threads = threads;
  }

  @Override
  public LinearWeight pack(
      Tensor weight, boolean transposed, Optional<Tensor> bias, DType storage, Arena arena) {
    LinearCheck.pack(weight, transposed, bias, storage);
    int in = Math.toIntExact(weight.shape().dim(transposed ? 1 : 0));
    int out = Math.toIntExact(weight.shape().dim(transposed ? 0 : 1));
    Tensor packed = arena.tensor(DType.F32, in, out);
    FloatBuffer source = HostTensors.floats(weight);
    FloatBuffer target = HostTensors.floats(packed);
    float[] column = new float[in];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        column[i] = source.get(transposed ? o * in + i : i * out + o);
      }
      WeightRounding.round(column, storage);
      for (int i = 0; i < in; i++) {
        target.put(i * out + o, column[i]);
      }
    }
    Optional<Tensor> ownBias = bias.map(b -> copy(b, out, arena));
    return new LinearWeight(in, out, storage, packed, Optional.empty(), ownBias);
  }

  private static Tensor copy(Tensor bias, int out, Arena arena) {
    Tensor own = arena.tensor(DType.F32, out);
    HostTensors.floats(own).put(HostTensors.floats(bias));
    return own;
  }

  @Override
  public void apply(LinearWeight weight, Tensor x, Activation activation, Tensor y) {
    run(weight, x, activation, Optional.empty(), y);
  }

  @Override
  public void applyResidual(LinearWeight weight, Tensor x, Tensor residual, Tensor y) {
    run(weight, x, Activation.NONE, Optional.of(residual), y);
  }

  private void run(
      LinearWeight weight, Tensor x, Activation activation, Optional<Tensor> residual, Tensor y) {
    LinearCheck.apply(weight, x, residual, y);
    int rows = Math.toIntExact(x.shape().rows());
    int columnTiles = (weight.out() + COLUMNS - 1) / COLUMNS;
    int rowTiles = (rows + ROWS - 1) / ROWS;
    threads.forEach(
        columnTiles * rowTiles,
        tile -> {
          int column = tile % columnTiles * COLUMNS;
          int row = tile / columnTiles * ROWS;
          tile(
              weight,
              x,
              activation,
              residual,
              y,
              row,
              Math.min(ROWS, rows - row),
              column,
              Math.min(COLUMNS, weight.out() - column));
        });
  }

  private static void tile(
      LinearWeight weight,
      Tensor x,
      Activation activation,
      Optional<Tensor> residual,
      Tensor y,
      int row,
      int rows,
      int column,
      int columns) {
    int in = weight.in();
    int out = weight.out();
    float[] inputs = new float[rows * in];
    HostTensors.floats(x).get(row * in, inputs);
    FloatBuffer w = HostTensors.floats(weight.packed());
    float[][] sums = new float[rows][columns];
    float[] weights = new float[columns];
    for (int i = 0; i < in; i++) {
      w.get(i * out + column, weights);
      for (int r = 0; r < rows; r++) {
        float value = inputs[r * in + i];
        float[] sum = sums[r];
        for (int c = 0; c < columns; c++) {
          sum[c] += value * weights[c];
        }
      }
    }
    float[] extra = new float[columns];
    FloatBuffer target = HostTensors.floats(y);
    for (int r = 0; r < rows; r++) {
      float[] sum = sums[r];
      if (weight.bias().isPresent()) {
        HostTensors.floats(weight.bias().get()).get(column, extra);
        add(sum, extra);
      }
      if (activation == Activation.QUICK_GELU) {
        quickGelu(sum);
      }
      if (residual.isPresent()) {
        HostTensors.floats(residual.get()).get((row + r) * out + column, extra);
        add(sum, extra);
      }
      target.put((row + r) * out + column, sum);
    }
  }

  private static void add(float[] sum, float[] extra) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] += extra[c];
    }
  }

  private static void quickGelu(float[] sum) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] = (float) (sum[c] / (1 + Math.exp(-1.702 * sum[c])));
    }
  }
}
