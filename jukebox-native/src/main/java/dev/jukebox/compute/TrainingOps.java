package dev.jukebox.compute;

/**
 * What training needs beyond inference: products of changing matrices, losses, and the gradient of
 * every family.
 *
 * <p>Unless said otherwise, gradients of parameters are added to what their tensors hold, and
 * gradients of inputs are written over or added as the caller says.
 *
 * <pre>{@code
 * TrainingOps ops = backend.training();
 * ops.matmul().linear(x, weight, bias, y);
 * }</pre>
 *
 * @param matmul products of two matrices
 * @param norm gradient of layer norm
 * @param attention attention over whole windows, and its gradient
 * @param conv gradients of convolutions
 * @param embedding gradients of look-ups
 * @param loss losses and their gradients
 * @param spectral short-time Fourier transforms and their gradients
 * @param activation single-element functions and their gradients
 */
public record TrainingOps(
    MatmulOps matmul,
    NormGradients norm,
    AttentionGradients attention,
    ConvGradients conv,
    EmbeddingGradients embedding,
    LossOps loss,
    SpectralOps spectral,
    ActivationOps activation) {}
