package dev.jukebox.compute.host;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ConvGradientCheck;

/**
 * The convolution that takes the gradient of a convolution's output to that of its input: the other
 * direction with the very same weight tensor, or, where it is dilated, the same direction with taps
 * in reverse and channels exchanged.
 */
public final class ConvInputGradient {

  private ConvInputGradient() {}

  /**
   * Packs its weight.
   *
   * @param weight of the convolution whose gradient it is, as its geometry
   */
  public static ConvWeight pack(ConvOps conv, Tensor weight, ConvGeometry geometry, Arena arena) {
    ConvGradientCheck.input(weight, geometry);
    Tensor noBias = arena.tensor(DType.F32, weight.shape().dim(geometry.transposed() ? 0 : 1));
    boolean dilated = geometry.dilation() > 1 && geometry.kernel() > 1;
    if (!dilated) {
      return conv.pack(weight, noBias, opposite(geometry), arena);
    }
    return conv.pack(turned(weight, arena), noBias, reversed(geometry), arena);
  }

  private static ConvGeometry opposite(ConvGeometry geometry) {
    return new ConvGeometry(
        geometry.kernel(), geometry.stride(), geometry.padding(), 1, !geometry.transposed());
  }

  private static ConvGeometry reversed(ConvGeometry geometry) {
    int reach = (geometry.kernel() - 1) * geometry.dilation();
    return new ConvGeometry(
        geometry.kernel(), 1, reach - geometry.padding(), geometry.dilation(), false);
  }

  /** From [out, in, kernel] to [in, out, kernel], the last tap first. */
  private static Tensor turned(Tensor weight, Arena arena) {
    int out = Math.toIntExact(weight.shape().dim(0));
    int in = Math.toIntExact(weight.shape().dim(1));
    int kernel = weight.shape().rowLength();
    float[] from = HostTensors.copy(weight);
    float[] to = new float[from.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int k = 0; k < kernel; k++) {
          to[(i * out + o) * kernel + k] = from[(o * in + i + 1) * kernel - 1 - k];
        }
      }
    }
    Tensor turned = arena.tensor(DType.F32, in, out, kernel);
    HostTensors.floats(turned).put(to);
    return turned;
  }
}
