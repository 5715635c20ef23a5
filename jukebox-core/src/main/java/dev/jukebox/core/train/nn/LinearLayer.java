package dev.jukebox.core.train.nn;

import dev.jukebox.core.autograd.Linears;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;

/** The original's Conv1D: a linear layer with weight {@code w} [in, out] and bias {@code b}. */
public final class LinearLayer {
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Registers the layer.
   *
   * @param initScale the standard deviation of the fresh weight is 0.02 times this; 0 for zeros
   */
  public LinearLayer(ParameterScope scope, int in, int out, double initScale) {
    this.weight =
        scope.parameter("w", scope.linearStorage(), new Initial.Normal(0.02 * initScale), in, out);
    this.bias = scope.parameter("b", Initial.zeros(), out);
  }

  /** residual + x·W + b. */
  public Variable addTo(Tape tape, Variable residual, Variable x) {
    return Linears.addLinear(tape, residual, x, tape.parameter(weight), tape.parameter(bias));
  }

  /** x·W + b. */
  public Variable apply(Tape tape, Variable x) {
    return Linears.linear(tape, x, tape.parameter(weight), tape.parameter(bias));
  }
}
