package dev.jukebox.compute;

import dev.jukebox.error.ComputeException;

/**
 * The extents of a one-dimensional convolution.
 *
 * @param kernel number of taps
 * @param stride step between outputs, or between the outputs of neighbouring inputs if transposed
 * @param padding zeros on either side
 * @param dilation distance between taps; 1 if transposed
 * @param transposed whether it maps from the short side to the long one
 */
public record ConvGeometry(int kernel, int stride, int padding, int dilation, boolean transposed) {

  public ConvGeometry {
    if (kernel < 1 || stride < 1 || padding < 0 || dilation < 1 || (transposed && dilation > 1)) {
      throw new ComputeException(
          "conv: no such geometry: kernel "
              + kernel
              + ", stride "
              + stride
              + ", padding "
              + padding
              + ", dilation "
              + dilation
              + (transposed ? ", transposed" : ""));
    }
  }

  /** A convolution that keeps the length: odd kernel, stride 1. */
  public static ConvGeometry same(int kernel, int dilation) {
    return new ConvGeometry(kernel, 1, dilation * (kernel - 1) / 2, dilation, false);
  }

  /** The number of output positions for {@code length} input positions. */
  public long outputLength(long length) {
    return transposed
        ? (length - 1) * stride - 2L * padding + kernel
        : Math.floorDiv(length + 2L * padding - (long) dilation * (kernel - 1) - 1, stride) + 1;
  }
}
