package dev.jukebox.compute.host;

import dev.jukebox.compute.Philox;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.SamplingOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.SamplingCheck;
import dev.jukebox.error.ComputeException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Token draws in plain Java: filter, then invert the cumulative distribution. */
public final class HostSampling implements SamplingOps {

  @Override
  public void sample(
      Tensor logits,
      SamplerSettings settings,
      long seed,
      Tensor items,
      int level,
      Position position,
      Tensor tokens) {
    SamplingCheck.sample(logits, items, tokens);
    int rows = Math.toIntExact(logits.shape().rows());
    int bins = logits.shape().rowLength();
    FloatBuffer source = HostTensors.floats(logits);
    IntBuffer numbers = HostTensors.ints(items);
    IntBuffer target = HostTensors.ints(tokens);
    float[] row = new float[bins];
    for (int r = 0; r < rows; r++) {
      source.get(r * bins, row);
      double uniform = Philox.uniform(seed, numbers.get(r), level, HostTensors.value(position));
      target.put(r, draw(row, settings, uniform));
    }
  }

  /** The token whose share of the cumulative distribution, in token order, holds the draw. */
  private static int draw(float[] logits, SamplerSettings settings, double uniform) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      logits[i] /= settings.temp();
      if (Float.isNaN(logits[i])) {
        throw new ComputeException(
            "sample: logit " + i + " is NaN; the weights or the conditioning are damaged");
      }
      largest = Math.max(largest, logits[i]);
    }
    double[] weights = new double[logits.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = StrictMath.exp((double) logits[i] - largest);
    }
    if (settings.topK() > 0 && settings.topK() < logits.length) {
      keepTopK(logits, weights, settings.topK());
    } else if (settings.topP() > 0) {
      keepTopP(logits, weights, settings.topP());
    }
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double threshold = uniform * total;
    double cumulative = 0;
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        cumulative += weights[i];
        last = i;
        if (cumulative > threshold) {
          return i;
        }
      }
    }
    return last;
  }

  private static void keepTopK(float[] logits, double[] weights, int topK) {
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    float smallestKept = sorted[sorted.length - topK];
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] < smallestKept) {
        weights[i] = 0;
      }
    }
  }

  /** Drops every token before which the more probable ones already reach topP. */
  private static void keepTopP(float[] logits, double[] weights, float topP) {
    Integer[] order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -logits[i]))
            .toArray(Integer[]::new);
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double before = 0;
    for (int token : order) {
      double weight = weights[token];
      if (before > topP * total) {
        weights[token] = 0;
      }
      before += weight;
    }
  }
}
