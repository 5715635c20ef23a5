package dev.jukebox.compute;

import dev.jukebox.error.ComputeException;

/**
 * One device and the operations on its memory.
 *
 * <p>Operations may run asynchronously and in the order of their calls; {@code download} waits for
 * those before it. What an operation meets only while it runs, such as an id outside a table or a
 * logit that is NaN, may then be reported by a later call that waits. A backend is used by one
 * thread at a time; open another for a second thread.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("auto"); Arena arena = backend.arena()) {
 *   Tensor x = arena.tensor(DType.F32, 1, 64);
 *   backend.norm().layerNorm(x, gain, bias, 1e-5f, y);
 *   float[] values = backend.downloadFloats(y);
 * }
 * }</pre>
 */
public interface Backend extends AutoCloseable {

  /** The name by which {@link Backends#open} finds it, such as {@code java} or {@code cpp}. */
  String name();

  /** What it runs on, for people: instruction set, threads, device. */
  String description();

  /** A new, empty scope for tensors. */
  Arena arena();

  /** Bytes of all tensors that are not freed. */
  long liveBytes();

  /** Bytes that can still be allocated, as far as the device tells. */
  long freeBytes();

  /** Copies {@code values} into an F32 tensor of that many elements. */
  void upload(Tensor target, float[] values);

  /** Copies {@code values} into an I32 tensor of that many elements. */
  void upload(Tensor target, int[] values);

  /** Copies little-endian elements of {@code source}'s own type into an F32 tensor. */
  void upload(Tensor target, ElementSource source);

  /** The elements of an F32 tensor. */
  float[] downloadFloats(Tensor source);

  /** The elements of an I32 tensor. */
  int[] downloadInts(Tensor source);

  /** Matrix products. */
  LinearOps linear();

  /** Layer norm. */
  NormOps norm();

  /** Attention over key/value caches. */
  AttentionOps attention();

  /** One-dimensional convolutions. */
  ConvOps conv();

  /** Table look-ups. */
  EmbeddingOps embedding();

  /** Nearest codes. */
  CodebookOps codebook();

  /** Token draws. */
  SamplingOps sampling();

  /** Additions and copies. */
  ElementwiseOps elementwise();

  /** Steps of training. */
  OptimizerOps optimizer();

  /**
   * What training needs beyond the other families.
   *
   * @throws dev.jukebox.error.ComputeException if this backend cannot train
   */
  default TrainingOps training() {
    throw new ComputeException(
        "training does not run on the backend " + name() + " yet: choose the backend cpp or java");
  }

  /** Several of the others in one. */
  FusedOps fused();

  /**
   * Captures the operations of {@code body} without running them. They must allocate nothing and
   * bring nothing back to the host, and have been run once before with tensors of the same shapes.
   */
  Graph capture(Runnable body);

  /**
   * Waits for all operations.
   *
   * @throws dev.jukebox.error.ComputeException if one of them failed
   */
  void synchronize();

  /** Frees the device's resources; tensors can no longer be used. */
  @Override
  void close();
}
