package dev.jukebox.core.train.nn;

import dev.jukebox.core.autograd.Norms;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;

/** Layer norm with gain {@code weight} and bias {@code bias}. */
public final class NormLayer {
  private final Parameter gain;
  private final Parameter bias;

  /** Registers the layer. */
  public NormLayer(ParameterScope scope, int width) {
    this.gain = scope.parameter("weight", new Initial.Constant(1), width);
    this.bias = scope.parameter("bias", Initial.zeros(), width);
  }

  /** norm(x). */
  public Variable apply(Tape tape, Variable x) {
    return Norms.layerNorm(tape, x, tape.parameter(gain), tape.parameter(bias));
  }
}
