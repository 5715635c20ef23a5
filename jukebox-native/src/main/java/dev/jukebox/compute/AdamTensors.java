package dev.jukebox.compute;

import java.util.Optional;

/**
 * A parameter and what a step of Adam reads and writes beside it, all of one size.
 *
 * <pre>{@code
 * new AdamTensors(weight, gradient, first, second, Optional.empty(), Optional.of(average));
 * }</pre>
 *
 * @param parameter F32
 * @param gradient F32, times the loss scale
 * @param firstMoment running mean of the gradients: F32, or F16 with scales
 * @param secondMoment running mean of their squares: F32, or F16 with scales
 * @param scales F32 [2], what the first and the second moment's elements are multiplied by; empty
 *     for moments in F32
 * @param average F32, the exponential moving average of the parameter; empty for none
 */
public record AdamTensors(
    Tensor parameter,
    Tensor gradient,
    Tensor firstMoment,
    Tensor secondMoment,
    Optional<Tensor> scales,
    Optional<Tensor> average) {}
