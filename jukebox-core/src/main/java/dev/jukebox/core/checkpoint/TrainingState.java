package dev.jukebox.core.checkpoint;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.MovingAverage;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.weights.pickle.None;
import dev.jukebox.core.weights.pickle.PyOrderedDict;
import dev.jukebox.core.weights.pickle.PyTuple;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.store.BackendElements;
import dev.jukebox.core.weights.store.FileTensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training run between two steps, as a checkpoint keeps it: {hps, model, opt, step} for PyTorch,
 * where 'model' holds the moving averages if there are any, and under {@value #PRIVATE_KEY} what
 * else it takes to go on exactly.
 *
 * <pre>{@code
 * TrainingState.of(hyperparams, parameters, layout, optimizer, Map.of("epoch", 3L))
 *     .write(Path.of("checkpoint_latest.pth.tar"));
 * }</pre>
 *
 * <p>Elements are brought over from the backend while the file is written: write it before the next
 * step.
 */
public final class TrainingState {
  static final String PRIVATE_KEY = "jukebox_java";
  static final String WEIGHTS = "weights";
  static final String AVERAGES = "averages";
  static final String AVERAGE_STEPS = "average_steps";
  static final String LOSS_SCALE = "loss_scale";
  static final String RUN = "run";

  private final Map<String, Object> root;

  private TrainingState(Map<String, Object> root) {
    this.root = root;
  }

  /**
   * The state as it is now.
   *
   * @param hps all hyperparameters of the run
   * @param layout what the checkpoint holds beside the parameters
   * @param extras what the run itself has to remember: plain values and tensors by name
   */
  public static TrainingState of(
      Hyperparams hps,
      Parameters parameters,
      ModelLayout layout,
      Optimizer optimizer,
      Map<String, ?> extras) {
    Optional<MovingAverage> average = optimizer.average();
    List<Tensor> values = parameters.all().stream().map(Parameter::value).toList();
    Map<String, FileTensor> weights = singles(parameters, values);
    Optional<Map<String, FileTensor>> averages =
        average.map(means -> singles(parameters, means.tensors()));

    Map<String, Object> own = new LinkedHashMap<>();
    own.put("format", 1L);
    own.put(WEIGHTS, new PyOrderedDict(weights));
    averages.ifPresent(tensors -> own.put(AVERAGES, new PyOrderedDict(tensors)));
    average.ifPresent(means -> own.put(AVERAGE_STEPS, means.steps()));
    own.put(LOSS_SCALE, optimizer.lossScale().value());
    own.put(RUN, new LinkedHashMap<>(extras));

    Map<String, Object> root = new LinkedHashMap<>();
    root.put("hps", plain(hps));
    root.put(
        "model",
        model(
            parameters,
            layout,
            averages.orElse(weights),
            average.map(MovingAverage::tensors).orElse(values)));
    root.put("opt", OptimizerState.of(optimizer).tree());
    root.put("step", optimizer.steps());
    root.put(PRIVATE_KEY, own);
    return new TrainingState(root);
  }

  /**
   * Writes the checkpoint whole or not at all; a file of that name is replaced at the end.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be written, e.g. on a full disk
   */
  public void write(Path path) {
    PyTorchWriter.write(path, root);
  }

  /** Tensors in the type they are computed in. */
  private static Map<String, FileTensor> singles(Parameters parameters, List<Tensor> tensors) {
    Map<String, FileTensor> singles = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      singles.put(
          parameters.all().get(i).name(),
          BackendElements.tensor(parameters.backend(), tensors.get(i), DType.F32));
    }
    return singles;
  }

  /** The state_dict; a tensor that is kept as F32 elsewhere is the same one, and stored once. */
  private static PyOrderedDict model(
      Parameters parameters,
      ModelLayout layout,
      Map<String, FileTensor> singles,
      List<Tensor> tensors) {
    Backend backend = parameters.backend();
    Map<String, FileTensor> known = new HashMap<>(singles);
    for (int i = 0; i < tensors.size(); i++) {
      Parameter parameter = parameters.all().get(i);
      if (parameter.storage() != DType.F32) {
        known.put(
            parameter.name(), BackendElements.tensor(backend, tensors.get(i), parameter.storage()));
      }
    }
    layout.ties().forEach((name, parameter) -> known.put(name, known.get(parameter)));
    layout
        .buffers()
        .forEach(
            (name, tensor) -> known.put(name, BackendElements.tensor(backend, tensor, DType.F32)));
    PyOrderedDict model = new PyOrderedDict();
    layout.names(parameters).forEach(name -> model.put(name, known.get(name)));
    return model;
  }

  /** Values as Python has them: lists are tuples there. */
  private static Map<String, Object> plain(Hyperparams hps) {
    Map<String, Object> plain = new LinkedHashMap<>();
    hps.asMap()
        .forEach(
            (name, value) ->
                plain.put(
                    name,
                    value
                        .map(some -> some instanceof List<?> list ? PyTuple.copyOf(list) : some)
                        .orElse(None.NONE)));
    return plain;
  }
}
