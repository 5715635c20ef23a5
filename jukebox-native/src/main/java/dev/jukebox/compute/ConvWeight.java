package dev.jukebox.compute;

/**
 * A convolution's weight in a backend's own layout, with its bias.
 *
 * @param in input channels
 * @param out output channels
 * @param geometry kernel, stride, padding, dilation
 * @param packed the weight, in a layout only its backend knows
 * @param bias F32 [out]
 */
public record ConvWeight(int in, int out, ConvGeometry geometry, Tensor packed, Tensor bias) {}
