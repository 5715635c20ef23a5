/**
 * Gradients by a tape: every differentiable operation is written once with its gradient beside it,
 * and notes on the tape how to go back.
 */
package dev.jukebox.core.autograd;
