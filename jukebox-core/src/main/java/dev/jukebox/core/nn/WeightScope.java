package dev.jukebox.core.nn;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.store.FileTensor;

/**
 * The weights under one name prefix of a checkpoint, and where they are loaded to.
 *
 * @param backend runs the layers
 * @param arena owns the loaded weights
 * @param reader hands out the checkpoint's tensors
 * @param prefix put before every name
 * @param storage type in which linear weights are kept
 */
public record WeightScope(
    Backend backend, Arena arena, WeightReader reader, String prefix, DType storage) {

  /** The weights under {@code name} within this scope. */
  public WeightScope sub(String name) {
    return new WeightScope(backend, arena, reader, prefix + name + ".", storage);
  }

  /**
   * Loads one tensor as F32 for as long as the scope's arena lives.
   *
   * @throws dev.jukebox.error.CheckpointException if it is missing or of another shape
   */
  public Tensor load(String name, long... shape) {
    return loadInto(arena, name, shape);
  }

  /**
   * Loads a tensor that the checkpoint may hold under either or both of two names, because they are
   * one parameter.
   */
  public Tensor loadTied(String name, String twin, long... shape) {
    return upload(arena, reader.takeTied(prefix + name, prefix + twin, shape), shape);
  }

  /** Loads one tensor as F32 into another arena, for weights that are packed and then dropped. */
  public Tensor loadInto(Arena target, String name, long... shape) {
    return upload(target, reader.take(prefix + name, shape), shape);
  }

  private Tensor upload(Arena target, FileTensor file, long... shape) {
    Tensor tensor = target.tensor(DType.F32, shape);
    backend.upload(tensor, file.elements());
    return tensor;
  }
}
