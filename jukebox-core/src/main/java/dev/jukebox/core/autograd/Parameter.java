package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/**
 * A tensor that training changes, with its gradient.
 *
 * @param name the original's name of it, as in a checkpoint
 * @param value F32
 * @param gradient F32 of the same shape; steps add to it, an optimizer reads it and clears it
 * @param storage the type it has in a checkpoint: F32, or F16 for the linear weights of models with
 *     fp16_params
 */
public record Parameter(String name, Tensor value, Tensor gradient, DType storage) {}
