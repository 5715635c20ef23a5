package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.List;

/** Normalisation over rows. */
public final class Norms {
  private static final float EPS = 1e-5f;

  private Norms() {}

  /**
   * Layer norm with gain and bias, ε = 1e-5.
   *
   * @param x [..., width]
   * @param gain [width]
   * @param bias [width]
   */
  public static Variable layerNorm(Tape tape, Variable x, Variable gain, Variable bias) {
    Tensor y = tape.take(DType.F32, x.shape().toArray());
    tape.backend().norm().layerNorm(x.value(), gain.value(), bias.value(), EPS, y);
    return tape.record(
        y,
        List.of(x, gain, bias),
        dy ->
            x.receiveAlways(
                (dx, add) ->
                    gain.receiveAdded(
                        dGain ->
                            bias.receiveAdded(
                                dBias ->
                                    tape.ops()
                                        .norm()
                                        .layerNorm(
                                            x.value(),
                                            gain.value(),
                                            EPS,
                                            dy,
                                            add,
                                            dx,
                                            dGain,
                                            dBias)))));
  }
}
