package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvGradients;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ConvGradientCheck;
import dev.jukebox.compute.host.ConvInputGradient;

/** Gradients of convolutions: a deep product for the weight, a convolution for the input. */
final class CppConvGradients implements ConvGradients {
  private final CppEngine engine;
  private final ConvOps conv;

  CppConvGradients(CppEngine engine, ConvOps conv) {
    this.engine = engine;
    this.conv = conv;
  }

  @Override
  public void weight(
      ConvGeometry geometry,
      Tensor x,
      boolean reluInput,
      Tensor dy,
      float scale,
      Tensor dWeight,
      Tensor dBias) {
    ConvGradientCheck.weight(geometry, x, dy, dWeight, dBias);
    int status =
        TrainingApi.convGradient(
            engine.handle(),
            x.shape().dim(2),
            dy.shape().dim(2),
            geometry.kernel(),
            geometry.stride(),
            geometry.padding(),
            geometry.dilation(),
            geometry.transposed() ? 1 : 0,
            address(x),
            x.shape().dim(0),
            x.shape().dim(1),
            reluInput ? 1 : 0,
            address(dy),
            dy.shape().dim(1),
            scale,
            address(dWeight),
            address(dBias));
    CppEngine.check(status, "conv gradient", x, geometry, dy);
  }

  @Override
  public ConvWeight packInputGradient(Tensor weight, ConvGeometry geometry, Arena arena) {
    return ConvInputGradient.pack(conv, weight, geometry, arena);
  }
}
