package dev.jukebox.compute;

/**
 * The parameters of a layer norm.
 *
 * @param gain F32 [width]
 * @param bias F32 [width]
 * @param eps added to the variance
 */
public record NormWeight(Tensor gain, Tensor bias, float eps) {}
