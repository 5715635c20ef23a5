package dev.jukebox.compute.conformance;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Attention over a whole window and its gradient as anyone would write them. */
final class WindowDefinition {
  private final AttentionSpec spec;
  private final int batch;
  private final int keys;
  private final DoubleUnaryOperator round;

  WindowDefinition(AttentionSpec spec, int batch, DoubleUnaryOperator round) {
    this.spec = spec;
    this.batch = batch;
    this.keys = spec.pattern() == AttentionPattern.ENCODER ? spec.keyLength() : spec.nCtx();
    this.round = round;
  }

  /** Elements of the queries. */
  int querySize() {
    return batch * spec.nCtx() * spec.nState();
  }

  /** Elements of the keys, and of the values. */
  int keySize() {
    return batch * keys * spec.nState();
  }

  /** Positions that a query attends to; −1 is the zero key. */
  private int[] attended(int p) {
    int length = spec.blockCtx();
    IntStream causal = IntStream.rangeClosed(0, p);
    IntStream positions =
        switch (spec.pattern()) {
          case DENSE -> causal;
          case BLOCK -> causal.filter(k -> k / length == p / length);
          case TRANSPOSE_BLOCK -> causal.filter(k -> k % length == p % length);
          case PREV_BLOCK -> causal.filter(k -> k / length == p / length - 1);
          case SUMMARY ->
              IntStream.concat(
                  IntStream.of(-1),
                  causal.filter(k -> k % length == length - 1 && k / length < spec.blocks() - 1));
          case ENCODER -> IntStream.range(0, spec.keyLength());
          case PRIME -> causal.filter(k -> k < spec.keyLength());
        };
    return positions.toArray();
  }

  private double r(double x) {
    return round.applyAsDouble(x);
  }

  private int at(int item, int positions, int position, int head) {
    return ((item * positions + position) * spec.heads() + head) * spec.headDim();
  }

  private double dot(double[] a, int atA, double[] b, int atB) {
    double sum = 0;
    for (int c = 0; c < spec.headDim(); c++) {
      sum = r(sum + r(a[atA + c] * b[atB + c]));
    }
    return sum;
  }

  private double[] weights(double[] q, int atQ, double[] k, int item, int head, int[] attended) {
    double scale = r(1 / Math.sqrt(spec.headDim()));
    double[] weights = new double[attended.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < attended.length; j++) {
      boolean zero = attended[j] < 0;
      weights[j] = zero ? 0 : r(dot(q, atQ, k, at(item, keys, attended[j], head)) * scale);
      largest = Math.max(largest, weights[j]);
    }
    double sum = 0;
    for (int j = 0; j < attended.length; j++) {
      weights[j] = r(Math.exp(r(weights[j] - largest)));
      sum = r(sum + weights[j]);
    }
    for (int j = 0; j < attended.length; j++) {
      weights[j] = r(weights[j] / sum);
    }
    return weights;
  }

  private interface Query {
    void accept(int item, int head, int[] attended, int at);
  }

  private void forEachQuery(Query body) {
    for (int p = 0; p < spec.nCtx(); p++) {
      int[] attended = attended(p);
      for (int item = 0; item < batch; item++) {
        for (int head = 0; head < spec.heads(); head++) {
          body.accept(item, head, attended, at(item, spec.nCtx(), p, head));
        }
      }
    }
  }

  /** The outputs, of the shape of the queries. */
  double[] forward(double[] q, double[] k, double[] v) {
    double[] out = new double[q.length];
    forEachQuery(
        (item, head, attended, to) -> {
          double[] weights = weights(q, to, k, item, head, attended);
          for (int j = 0; j < attended.length; j++) {
            for (int c = 0; attended[j] >= 0 && c < spec.headDim(); c++) {
              double value = v[at(item, keys, attended[j], head) + c];
              out[to + c] = r(out[to + c] + r(weights[j] * value));
            }
          }
        });
    return out;
  }

  /** The gradients of queries, keys and values. */
  double[][] gradient(double[] q, double[] k, double[] v, double[] dOut) {
    double[][] d = {new double[q.length], new double[k.length], new double[v.length]};
    double scale = r(1 / Math.sqrt(spec.headDim()));
    forEachQuery(
        (item, head, attended, to) -> {
          double[] weights = weights(q, to, k, item, head, attended);
          double[] dWeights = new double[weights.length];
          double mean = 0;
          for (int j = 0; j < attended.length; j++) {
            boolean zero = attended[j] < 0;
            dWeights[j] = zero ? 0 : dot(dOut, to, v, at(item, keys, attended[j], head));
            mean = r(mean + r(weights[j] * dWeights[j]));
          }
          for (int j = 0; j < attended.length; j++) {
            double dScore = r(r(weights[j] * r(dWeights[j] - mean)) * scale);
            for (int c = 0; attended[j] >= 0 && c < spec.headDim(); c++) {
              int at = at(item, keys, attended[j], head) + c;
              d[0][to + c] = r(d[0][to + c] + r(dScore * k[at]));
              d[1][at] = r(d[1][at] + r(dScore * q[to + c]));
              d[2][at] = r(d[2][at] + r(weights[j] * dOut[to + c]));
            }
          }
        });
    return d;
  }
}
