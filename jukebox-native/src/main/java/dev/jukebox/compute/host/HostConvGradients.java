package dev.jukebox.compute.host;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvGradients;
import dev.jukebox.compute.Tensor;

/** ConvGradients in plain Java. */
final class HostConvGradients implements ConvGradients {

  @Override
  public void weight(
      ConvGeometry geometry,
      Tensor x,
      boolean reluInput,
      Tensor dy,
      float scale,
      Tensor dWeight,
      Tensor dBias) {
    throw new UnsupportedOperationException("weight");
  }
}
