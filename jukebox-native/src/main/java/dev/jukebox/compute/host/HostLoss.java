package dev.jukebox.compute.host;

import dev.jukebox.compute.Distance;
import dev.jukebox.compute.LossOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.LossCheck;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Losses in plain Java, summed in double precision. */
final class HostLoss implements LossOps {
  private final HostThreads threads;

  HostLoss(HostThreads threads) {
    this.threads = threads;
  }

  @Override
  public void crossEntropy(Tensor logits, Tensor targets, Tensor losses) {
    LossCheck.crossEntropy(logits, targets, "losses", losses);
    IntBuffer wanted = HostTensors.ints(targets);
    LossCheck.targets(wanted, logits);
    int bins = logits.shape().rowLength();
    FloatBuffer source = HostTensors.floats(logits);
    FloatBuffer result = HostTensors.floats(losses);
    threads.forEach(
        wanted.limit(),
        r -> {
          double[] row = row(source, r, bins);
          result.put(r, (float) (logSum(row) - row[wanted.get(r)]));
        });
  }

  @Override
  public void crossEntropyGradient(Tensor logits, Tensor targets, Tensor weights, Tensor dLogits) {
    LossCheck.crossEntropyGradient(logits, targets, weights, dLogits);
    IntBuffer wanted = HostTensors.ints(targets);
    LossCheck.targets(wanted, logits);
    int bins = logits.shape().rowLength();
    FloatBuffer source = HostTensors.floats(logits);
    FloatBuffer factors = HostTensors.floats(weights);
    FloatBuffer result = HostTensors.floats(dLogits);
    threads.forEach(
        wanted.limit(),
        r -> {
          double[] row = row(source, r, bins);
          double logSum = logSum(row);
          for (int i = 0; i < bins; i++) {
            double probability = Math.exp(row[i] - logSum);
            double expected = i == wanted.get(r) ? 1 : 0;
            result.put(r * bins + i, (float) (factors.get(r) * (probability - expected)));
          }
        });
  }

  private static double[] row(FloatBuffer source, int row, int bins) {
    return IntStream.range(0, bins).mapToDouble(i -> source.get(row * bins + i)).toArray();
  }

  private static double logSum(double[] row) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double value : row) {
      largest = Math.max(largest, value);
    }
    double sum = 0;
    for (double value : row) {
      sum += Math.exp(value - largest);
    }
    return largest + Math.log(sum);
  }

  @Override
  public void distance(Distance kind, int k, Tensor target, Tensor x, Tensor distances) {
    LossCheck.distance(kind, k, target, x, "distances", distances);
    int batch = Math.toIntExact(target.shape().dim(0));
    FloatBuffer result = HostTensors.floats(distances);
    threads.forEach(
        batch,
        n -> {
          float[] differences = differences(target, x, n, batch);
          double sum = 0;
          for (int i : taken(kind, k, differences)) {
            double d = differences[i];
            sum += kind == Distance.L1 ? Math.abs(d) : d * d;
          }
          result.put(n, (float) (sum / count(kind, k, differences)));
        });
  }

  @Override
  public void distanceGradient(
      Distance kind, int k, Tensor target, Tensor x, Tensor weights, Tensor dx) {
    LossCheck.distanceGradient(kind, k, target, x, weights, dx);
    int batch = Math.toIntExact(target.shape().dim(0));
    FloatBuffer factors = HostTensors.floats(weights);
    FloatBuffer result = HostTensors.floats(dx);
    threads.forEach(
        batch,
        n -> {
          float[] differences = differences(target, x, n, batch);
          double factor = (double) factors.get(n) / count(kind, k, differences);
          for (int i : taken(kind, k, differences)) {
            double d = differences[i];
            int at = n * differences.length + i;
            double slope = kind == Distance.L1 ? Math.signum(d) : 2 * d;
            result.put(at, (float) (result.get(at) + factor * slope));
          }
        });
  }

  /** x − target of one item, in fp32. */
  private static float[] differences(Tensor target, Tensor x, int item, int batch) {
    float[] differences = new float[Math.toIntExact(x.size() / batch)];
    float[] wanted = new float[differences.length];
    HostTensors.floats(x).get(item * differences.length, differences);
    HostTensors.floats(target).get(item * differences.length, wanted);
    for (int i = 0; i < differences.length; i++) {
      differences[i] -= wanted[i];
    }
    return differences;
  }

  /** The differences that the distance is made of: all, or the k largest, the first where equal. */
  private static int[] taken(Distance kind, int k, float[] differences) {
    IntStream all = IntStream.range(0, differences.length);
    if (kind != Distance.LINF) {
      return all.toArray();
    }
    Comparator<Integer> largestFirst =
        Comparator.comparing(i -> Math.abs(differences[i]), Comparator.reverseOrder());
    return all.boxed().sorted(largestFirst).limit(k).mapToInt(i -> i).toArray();
  }

  private static int count(Distance kind, int k, float[] differences) {
    return kind == Distance.LINF ? k : differences.length;
  }
}
