package dev.jukebox.core.train.nn;

import dev.jukebox.compute.DType;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;

/**
 * The parameters under one name prefix of a model that is being built.
 *
 * @param parameters where they are registered
 * @param random their first values
 * @param prefix put before every name
 * @param linearStorage the type that linear weights have in a checkpoint, F32 or F16
 */
public record ParameterScope(
    Parameters parameters, RandomValues random, String prefix, DType linearStorage) {

  /** The parameters under {@code name} within this scope. */
  public ParameterScope sub(String name) {
    return new ParameterScope(parameters, random, prefix + name + ".", linearStorage);
  }

  /** A new parameter that is F32 in a checkpoint. */
  public Parameter parameter(String name, Initial initial, long... dims) {
    return parameter(name, DType.F32, initial, dims);
  }

  /** A new parameter. */
  public Parameter parameter(String name, DType storage, Initial initial, long... dims) {
    Parameter parameter = parameters.add(prefix + name, storage, dims);
    int size = Math.toIntExact(parameter.value().size());
    parameters.backend().upload(parameter.value(), random.of(parameter.name(), initial, size));
    return parameter;
  }
}
