package dev.jukebox.core.autograd;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a model in the order in which the original registers them, which is the order
 * of a saved optimizer's state.
 *
 * <pre>{@code
 * try (Parameters parameters = new Parameters(backend)) {
 *   Parameter weight = parameters.add("prior.x_emb.weight", DType.F32, 512, 1024);
 *   ...
 *   parameters.clearGradients();
 * }
 * }</pre>
 */
public final class Parameters implements AutoCloseable {
  private final Backend backend;
  private final Arena arena;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final List<Parameter> all = new ArrayList<>();

  /** No parameters yet. */
  public Parameters(Backend backend) {
    this.backend = backend;
    this.arena = backend.arena();
  }

  /** The backend that holds the tensors. */
  public Backend backend() {
    return backend;
  }

  /**
   * Registers a parameter of zeros.
   *
   * @param storage the type it has in a checkpoint, F32 or F16
   */
  public Parameter add(String name, DType storage, long... dims) {
    if (byName.containsKey(name)) {
      throw new IllegalArgumentException("parameter " + name + " is registered twice");
    }
    Tensor value = arena.tensor(DType.F32, dims);
    Tensor gradient = arena.tensor(DType.F32, dims);
    Parameter parameter = new Parameter(name, value, gradient, storage);
    byName.put(name, parameter);
    all.add(parameter);
    return parameter;
  }

  /** All parameters, in the order of their registration. */
  public List<Parameter> all() {
    return Collections.unmodifiableList(all);
  }

  /** Number of elements of all parameters. */
  public long count() {
    return all.stream().mapToLong(parameter -> parameter.value().size()).sum();
  }

  /** Sets every gradient to zero. */
  public void clearGradients() {
    for (Parameter parameter : all) {
      backend.training().activation().fill(parameter.gradient(), 0);
    }
  }

  /** Frees values and gradients. */
  @Override
  public void close() {
    arena.close();
  }
}
