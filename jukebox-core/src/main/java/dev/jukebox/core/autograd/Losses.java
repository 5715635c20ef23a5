package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Distance;
import dev.jukebox.compute.LossOps;
import dev.jukebox.compute.SpectralOps;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;
import java.util.Arrays;

/**
 * Losses: each gives its value for every row or item, and is noted on the tape with its weight in
 * the total.
 */
public final class Losses {

  private Losses() {}

  /**
   * The cross-entropy of each row in nats.
   *
   * @param logits [rows..., bins]
   * @param targets I32 [rows...]
   * @param weights what each row's cross-entropy is multiplied by in the total
   */
  public static float[] crossEntropy(Tape tape, Variable logits, Tensor targets, float[] weights) {
    LossOps ops = tape.ops().loss();
    Tensor losses = tape.take(DType.F32, targets.shape().toArray());
    Tensor rowWeights = tape.take(DType.F32, targets.shape().toArray());
    ops.crossEntropy(logits.value(), targets, losses);
    float[] values = tape.backend().downloadFloats(losses);
    tape.root(
        values,
        () -> {
          tape.backend().upload(rowWeights, scaled(weights, tape.lossScale()));
          logits.receiveWritten(
              target -> ops.crossEntropyGradient(logits.value(), targets, rowWeights, target));
        });
    return values;
  }

  /**
   * The distance of each item of a signal from a target.
   *
   * @param k how many differences LINF takes
   * @param weight what each item's distance is multiplied by in the total; 0 for a value alone
   */
  public static float[] distance(
      Tape tape, Distance kind, int k, Tensor target, Variable x, double weight) {
    LossOps ops = tape.ops().loss();
    int batch = Math.toIntExact(target.shape().dim(0));
    Tensor distances = tape.take(DType.F32, batch);
    Tensor weights = tape.take(DType.F32, batch);
    ops.distance(kind, k, target, x.value(), distances);
    float[] values = tape.backend().downloadFloats(distances);
    tape.root(
        values,
        () -> {
          if (weight != 0) {
            tape.backend().upload(weights, repeated(weight * tape.lossScale(), batch));
            x.receiveAdded(dx -> ops.distanceGradient(kind, k, target, x.value(), weights, dx));
          }
        });
    return values;
  }

  /**
   * The distance of each item's spectral magnitudes from a target's.
   *
   * @param target the target's spectrum, [batch, frames, bins, 2]
   * @param x [batch, time, 1]
   * @param itemWeights what each item's distance is multiplied by in the total; 0 for a value alone
   */
  public static float[] spectralDistance(
      Tape tape, Stft stft, Tensor target, Variable x, double[] itemWeights) {
    SpectralOps ops = tape.ops().spectral();
    int batch = Math.toIntExact(x.shape().dim(0));
    Tensor signal = x.value().reshape(batch, x.value().size() / batch);
    Tensor spectrum = tape.take(DType.F32, target.shape().toArray());
    Tensor distances = tape.take(DType.F32, batch);
    Tensor weights = tape.take(DType.F32, batch);
    ops.stft(stft, signal, spectrum);
    ops.distance(target, spectrum, distances);
    float[] values = tape.backend().downloadFloats(distances);
    tape.root(
        values,
        () -> {
          if (Arrays.stream(itemWeights).anyMatch(weight -> weight != 0)) {
            tape.backend().upload(weights, scaled(itemWeights, tape.lossScale()));
            ops.distanceGradient(target, spectrum, distances, weights, spectrum);
            x.receiveAdded(
                dx -> ops.stftGradient(stft, spectrum, dx.reshape(signal.shape().toArray())));
          }
        });
    return values;
  }

  private static float[] repeated(double weight, int count) {
    float[] weights = new float[count];
    Arrays.fill(weights, (float) weight);
    return weights;
  }

  private static float[] scaled(double[] weights, float scale) {
    float[] result = new float[weights.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (weights[i] * scale);
    }
    return result;
  }

  private static float[] scaled(float[] weights, float scale) {
    float[] result = weights.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] *= scale;
    }
    return result;
  }
}
