package dev.jukebox.compute;

import java.util.Optional;

/**
 * A weight matrix in a backend's own layout, with its bias.
 *
 * @param in length of an input row
 * @param out length of an output row
 * @param storage type the weight is kept in
 * @param packed the weight, in a layout only its backend knows
 * @param scales per-output scales of an I8 weight, else empty
 * @param bias F32 [out], or empty
 */
public record LinearWeight(
    int in,
    int out,
    DType storage,
    Tensor packed,
    Optional<Tensor> scales,
    Optional<Tensor> bias) {}
