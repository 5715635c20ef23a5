package dev.jukebox.core.train.vqvae;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Tape;

/** Norms that are logged or divided by. */
final class Norms {
  /** Magnitudes whose norm is less count as silence, as in the original. */
  private static final double SILENCE = 2e-3;

  private Norms() {}

  /** The standard deviation of all elements together: the original's prenorm. */
  static double prenorm(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    double mean = sum / x.length;
    double squares = 0;
    for (float value : x) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / x.length);
  }

  /** The norm of each item's spectral magnitudes; 0 for silence. */
  static double[] spectral(Tape tape, Tensor spectrum) {
    Tensor norms = tape.take(DType.F32, spectrum.shape().dim(0));
    tape.backend().training().spectral().norm(spectrum, norms);
    float[] values = tape.backend().downloadFloats(norms);
    double[] result = new double[values.length];
    for (int n = 0; n < values.length; n++) {
      result[n] = values[n] > SILENCE ? values[n] : 0;
    }
    return result;
  }
}
