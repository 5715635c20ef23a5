package dev.jukebox.core.train.nn;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.core.autograd.Convs;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;

/** A one-dimensional convolution with {@code weight} and {@code bias}. */
public final class ConvLayer {
  private final Parameter weight;
  private final Parameter bias;
  private final ConvGeometry geometry;

  /** Registers the layer. */
  public ConvLayer(ParameterScope scope, int in, int out, ConvGeometry geometry) {
    this(scope, in, out, geometry, false);
  }

  /**
   * Registers the layer.
   *
   * @param zeroOut whether it begins with zeros
   */
  ConvLayer(ParameterScope scope, int in, int out, ConvGeometry geometry, boolean zeroOut) {
    this.geometry = geometry;
    int kernel = geometry.kernel();
    // PyTorch takes the second extent for the inputs, also of a transposed convolution.
    long fanIn = (long) (geometry.transposed() ? out : in) * kernel;
    Initial initial = zeroOut ? Initial.zeros() : Initial.convolution(fanIn);
    this.weight =
        geometry.transposed()
            ? scope.parameter("weight", initial, in, out, kernel)
            : scope.parameter("weight", initial, out, in, kernel);
    this.bias = scope.parameter("bias", initial, out);
  }

  /** conv(x). */
  public Variable apply(Tape tape, Variable x) {
    return Convs.conv(tape, x, false, kernel(tape));
  }

  /** conv(relu(x)). */
  Variable applyRelu(Tape tape, Variable x) {
    return Convs.conv(tape, x, true, kernel(tape));
  }

  /** residual + scale·conv(relu(x)). */
  Variable addReluTo(Tape tape, Variable residual, float scale, Variable x) {
    return Convs.addConvRelu(tape, residual, scale, x, kernel(tape));
  }

  private Convs.Kernel kernel(Tape tape) {
    return new Convs.Kernel(tape.parameter(weight), tape.parameter(bias), geometry);
  }
}
