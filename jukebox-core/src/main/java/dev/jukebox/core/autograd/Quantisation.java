package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Distance;
import dev.jukebox.compute.Tensor;
import java.util.List;

/** Vector quantisation with straight-through gradients (Jukebox paper, section 3). */
public final class Quantisation {

  private Quantisation() {}

  /**
   * What quantising a batch gave.
   *
   * @param codes I32 [batch, time]
   * @param quantised [batch, time, width]: the nearest codebook vectors, whose gradient goes to x
   *     unchanged
   * @param commitLoss mean squared distance of x from them
   */
  public record Quantised(Tensor codes, Variable quantised, double commitLoss) {}

  /**
   * The nearest codebook vector of each row of x.
   *
   * @param x [batch, time, width]
   * @param codebook [bins, width]; no gradient goes to it
   * @param commit what the commit loss is multiplied by in the total
   */
  public static Quantised quantise(Tape tape, Variable x, Tensor codebook, double commit) {
    Tensor codes = tape.take(DType.I32, x.shape().dim(0), x.shape().dim(1));
    Tensor y = tape.take(DType.F32, x.shape().toArray());
    tape.backend().codebook().nearest(x.value(), codebook, codes);
    tape.backend().embedding().gather(codebook, codes, y);
    Variable quantised =
        tape.record(
            y,
            List.of(x),
            dy -> x.receive((dx, add) -> tape.ops().activation().scale(dy, 1, add, dx)));
    float[] perItem = Losses.distance(tape, Distance.L2, 0, y, x, commit / x.shape().dim(0));
    double sum = 0;
    for (float value : perItem) {
      sum += value;
    }
    return new Quantised(codes, quantised, sum / perItem.length);
  }
}
