package dev.jukebox.compute.host;

import dev.jukebox.compute.AttentionGradients;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.AttentionCheck;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Attention over whole windows in plain Java, one query at a time, summed in double precision. */
final class HostAttentionGradients implements AttentionGradients {
  private final HostThreads threads;

  HostAttentionGradients(HostThreads threads) {
    this.threads = threads;
  }

  /**
   * Part of a tensor [batch, positions, row]: what lies from one column on.
   *
   * @param floats the whole tensor
   * @param positions positions of an item
   * @param row elements of a position
   * @param column where the part begins
   */
  private record Part(FloatBuffer floats, int positions, int row, int column) {
    static Part of(Tensor tensor, int column) {
      int positions = Math.toIntExact(tensor.shape().dim(1));
      return new Part(HostTensors.floats(tensor), positions, tensor.shape().rowLength(), column);
    }

    private int at(int item, int position, int head, int headDim) {
      return (item * positions + position) * row + column + head * headDim;
    }

    /** One head of a position; zeros for the zero key. */
    void get(int item, int position, int head, float[] to) {
      if (position == AttendedKeys.ZERO) {
        Arrays.fill(to, 0);
      } else {
        floats.get(at(item, position, head, to.length), to);
      }
    }

    void put(int item, int position, int head, double[] from, int begin, int headDim) {
      int at = at(item, position, head, headDim);
      for (int c = 0; c < headDim; c++) {
        floats.put(at + c, (float) from[begin + c]);
      }
    }
  }

  @Override
  public void attend(AttentionSpec spec, Tensor qkv, Tensor out) {
    AttentionCheck.window(spec, qkv, out);
    int width = spec.nState();
    forward(spec, Part.of(qkv, 0), Part.of(qkv, width), Part.of(qkv, 2 * width), out);
  }

  @Override
  public void attendEncoder(AttentionSpec spec, Tensor queries, Tensor kv, Tensor out) {
    AttentionCheck.encoderWindow(spec, queries, kv, out);
    forward(spec, Part.of(queries, 0), Part.of(kv, 0), Part.of(kv, spec.nState()), out);
  }

  private void forward(AttentionSpec spec, Part queries, Part keys, Part values, Tensor out) {
    int batch = Math.toIntExact(out.shape().dim(0));
    int headDim = spec.headDim();
    Part outs = Part.of(out, 0);
    threads.forEach(
        batch * spec.nCtx(),
        task -> {
          int item = task / spec.nCtx();
          int position = task % spec.nCtx();
          int[] attended = AttendedKeys.of(spec, position);
          float[] row = new float[headDim];
          for (int head = 0; head < spec.heads(); head++) {
            queries.get(item, position, head, row);
            double[] weights = weights(row, keys, item, head, attended);
            double[] result = new double[headDim];
            for (int j = 0; j < attended.length; j++) {
              values.get(item, attended[j], head, row);
              for (int c = 0; c < headDim; c++) {
                result[c] += weights[j] * row[c];
              }
            }
            outs.put(item, position, head, result, 0, headDim);
          }
        });
  }

  @Override
  public void attendGradient(AttentionSpec spec, Tensor qkv, Tensor out, Tensor dOut, Tensor dQkv) {
    AttentionCheck.windowGradient(spec, qkv, out, dOut, dQkv);
    int width = spec.nState();
    backward(
        spec,
        new Part[] {Part.of(qkv, 0), Part.of(qkv, width), Part.of(qkv, 2 * width)},
        dOut,
        new Part[] {Part.of(dQkv, 0), Part.of(dQkv, width), Part.of(dQkv, 2 * width)});
  }

  @Override
  public void attendEncoderGradient(
      AttentionSpec spec,
      Tensor queries,
      Tensor kv,
      Tensor out,
      Tensor dOut,
      Tensor dQueries,
      Tensor dKv) {
    AttentionCheck.encoderWindowGradient(spec, queries, kv, out, dOut, dQueries, dKv);
    int width = spec.nState();
    backward(
        spec,
        new Part[] {Part.of(queries, 0), Part.of(kv, 0), Part.of(kv, width)},
        dOut,
        new Part[] {Part.of(dQueries, 0), Part.of(dKv, 0), Part.of(dKv, width)});
  }

  /** Queries, keys and values, then their gradients. */
  private void backward(AttentionSpec spec, Part[] parts, Tensor dOut, Part[] gradients) {
    int batch = Math.toIntExact(dOut.shape().dim(0));
    threads.forEach(
        batch * spec.heads(),
        task ->
            backward(
                spec,
                task / spec.heads(),
                task % spec.heads(),
                parts,
                Part.of(dOut, 0),
                gradients));
  }

  private static void backward(
      AttentionSpec spec, int item, int head, Part[] parts, Part dOut, Part[] gradients) {
    int headDim = spec.headDim();
    int keys = parts[1].positions();
    double[] dKeys = new double[keys * headDim];
    double[] dValues = new double[keys * headDim];
    float[] query = new float[headDim];
    float[] given = new float[headDim];
    float[] row = new float[headDim];
    for (int position = 0; position < spec.nCtx(); position++) {
      int[] attended = AttendedKeys.of(spec, position);
      parts[0].get(item, position, head, query);
      dOut.get(item, position, head, given);
      double[] weights = weights(query, parts[1], item, head, attended);
      double[] dWeights = new double[attended.length];
      double mean = 0;
      for (int j = 0; j < attended.length; j++) {
        parts[2].get(item, attended[j], head, row);
        dWeights[j] = dot(given, row);
        mean += weights[j] * dWeights[j];
      }
      double[] dQuery = new double[headDim];
      for (int j = 0; j < attended.length; j++) {
        double dScore = weights[j] * (dWeights[j] - mean) / Math.sqrt(headDim);
        if (attended[j] == AttendedKeys.ZERO) {
          continue;
        }
        parts[1].get(item, attended[j], head, row);
        int at = attended[j] * headDim;
        for (int c = 0; c < headDim; c++) {
          dQuery[c] += dScore * row[c];
          dKeys[at + c] += dScore * query[c];
          dValues[at + c] += weights[j] * given[c];
        }
      }
      gradients[0].put(item, position, head, dQuery, 0, headDim);
    }
    for (int key = 0; key < keys; key++) {
      gradients[1].put(item, key, head, dKeys, key * headDim, headDim);
      gradients[2].put(item, key, head, dValues, key * headDim, headDim);
    }
  }

  /** The softmax of q·k / sqrt(headDim) over the attended keys. */
  private static double[] weights(float[] query, Part keys, int item, int head, int[] attended) {
    double[] weights = new double[attended.length];
    float[] key = new float[query.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < weights.length; j++) {
      keys.get(item, attended[j], head, key);
      weights[j] = dot(query, key) / Math.sqrt(query.length);
      largest = Math.max(largest, weights[j]);
    }
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      weights[j] = Math.exp(weights[j] - largest);
      sum += weights[j];
    }
    for (int j = 0; j < weights.length; j++) {
      weights[j] /= sum;
    }
    return weights;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += (double) a[c] * b[c];
    }
    return sum;
  }
}
