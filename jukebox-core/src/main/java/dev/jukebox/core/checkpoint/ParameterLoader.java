package dev.jukebox.core.checkpoint;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fills a model's parameters from any file with weights. All tensors are checked before the first
 * is changed.
 *
 * <pre>{@code
 * try (WeightSource weights = WeightSource.prior(path, 2, 3)) {
 *   ParameterLoader.load(weights, parameters, layout, FineTuning.none());
 * }
 * }</pre>
 */
public final class ParameterLoader {

  private ParameterLoader() {}

  /**
   * Fills all parameters and buffers.
   *
   * @param tuning which tables may differ; everything else has to fit
   * @return names of the tables of which rows were kept as they were. Moments of an optimizer that
   *     were saved with the file do not suit such a model: fine-tuning begins with new ones
   * @throws CheckpointException if a tensor is missing, left over or of another shape
   * @throws InvalidInputException if a table that is to grow does not exist
   */
  public static Set<String> load(
      WeightSource source, Parameters parameters, ModelLayout layout, FineTuning tuning) {
    tuning.requireKnown(parameters.all().stream().map(Parameter::name).toList());
    WeightReader reader = new WeightReader(source);
    Map<Parameter, FileTensor> tensors = new LinkedHashMap<>();
    Set<String> changed = new LinkedHashSet<>();
    for (Parameter parameter : parameters.all()) {
      if (tuning.fresh().contains(parameter.name())) {
        reader.ignore(parameter.name());
        changed.add(parameter.name());
        continue;
      }
      FileTensor tensor = take(reader, source, parameter, layout, tuning);
      tensors.put(parameter, tensor);
      if (tensor.shape().length > 0 && tensor.shape()[0] != parameter.value().shape().dim(0)) {
        changed.add(parameter.name());
      }
    }
    Map<Tensor, FileTensor> buffers = new LinkedHashMap<>();
    layout
        .buffers()
        .forEach(
            (name, tensor) -> buffers.put(tensor, reader.take(name, tensor.shape().toArray())));
    reader.finish();

    Backend backend = parameters.backend();
    tensors.forEach(
        (parameter, tensor) -> {
          if (changed.contains(parameter.name())) {
            mix(backend, parameter, tensor, tuning.resized().contains(parameter.name()));
          } else {
            backend.upload(parameter.value(), tensor.elements());
          }
        });
    buffers.forEach((buffer, tensor) -> backend.upload(buffer, tensor.elements()));
    return changed;
  }

  private static FileTensor take(
      WeightReader reader,
      WeightSource source,
      Parameter parameter,
      ModelLayout layout,
      FineTuning tuning) {
    String name = parameter.name();
    Optional<String> twin =
        layout.ties().entrySet().stream()
            .filter(tie -> tie.getValue().equals(name))
            .map(Map.Entry::getKey)
            .findFirst();
    long[] shape = parameter.value().shape().toArray();
    if (tuning.growing().contains(name)) {
      String present = twin.filter(other -> !reader.has(name) && reader.has(other)).orElse(name);
      shape[0] = rowsOfFile(source, name, source.get(present), shape);
    } else if (tuning.resized().contains(name)) {
      long[] saved = source.get(name).shape();
      shape[0] = saved.length == shape.length ? saved[0] : shape[0];
    }
    return twin.isPresent() ? reader.takeTied(name, twin.get(), shape) : reader.take(name, shape);
  }

  /** The rows a grown table has in the file; the wanted ones where another extent differs. */
  private static long rowsOfFile(
      WeightSource source, String name, FileTensor tensor, long[] wanted) {
    long[] shape = tensor.shape();
    if (shape.length != wanted.length || shape.length == 0) {
      return wanted[0];
    }
    if (shape[0] > wanted[0]) {
      throw new CheckpointException(
          "%s: tensor '%s' has %d rows where the model has %d: a table can grow, not shrink"
              .formatted(source.description(), name, shape[0], wanted[0]));
    }
    return shape[0];
  }

  /** Lays the rows of the file upon those of the parameter, from the first or about the middle. */
  private static void mix(
      Backend backend, Parameter parameter, FileTensor tensor, boolean aboutTheMiddle) {
    float[] values = backend.downloadFloats(parameter.value());
    float[] saved = tensor.toFloats();
    int rows = Math.toIntExact(parameter.value().shape().dim(0));
    int width = values.length / rows;
    int more = aboutTheMiddle ? rows / 2 - saved.length / width / 2 : 0;
    int from = Math.max(0, -more) * width;
    int to = Math.max(0, more) * width;
    int count = Math.min(saved.length - from, values.length - to);
    System.arraycopy(saved, from, values, to, count);
    backend.upload(parameter.value(), values);
  }
}
