package dev.jukebox.core.checkpoint;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.AdamState;
import dev.jukebox.core.optim.MovingAverage;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.store.FileTensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A checkpoint of a training run, of this program or of the original.
 *
 * <p>{@link #load} takes the model alone, as a new run does that begins with a trained model;
 * {@link #resume} goes on where the run was. A run of this program goes on exactly; of one of the
 * original, which keeps only the moving averages, those become the parameters, as they do there.
 *
 * <pre>{@code
 * try (SavedRun run = SavedRun.open(Path.of("checkpoint_latest.pth.tar"))) {
 *   run.resume(parameters, layout, optimizer);
 *   Object epoch = run.extras().get("epoch");
 * }
 * }</pre>
 */
public final class SavedRun implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final Map<String, Object> own;

  private SavedRun(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.own = named(checkpoint.entry(TrainingState.PRIVATE_KEY));
  }

  /**
   * Opens a checkpoint.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be read
   * @throws dev.jukebox.error.CheckpointException if it is damaged or holds no tensors by name
   */
  public static SavedRun open(Path path) {
    return new SavedRun(Checkpoint.open(path));
  }

  /** The file. */
  public Path path() {
    return checkpoint.path();
  }

  /** The number of steps the run had taken; 0 if the file does not say. */
  public long step() {
    return checkpoint.step().orElse(0);
  }

  /** The run's hyperparameters; those of kinds that no hyperparameter has are left out. */
  public Hyperparams hyperparams() {
    return SavedHyperparams.of(checkpoint.hyperparameters());
  }

  /** Whether the run can go on exactly: whether this program saved it. */
  public boolean isExact() {
    return own.containsKey(TrainingState.WEIGHTS);
  }

  /** What the run itself remembered: plain values and tensors by name; empty for the original's. */
  public Map<String, Object> extras() {
    return Collections.unmodifiableMap(named(Optional.ofNullable(own.get(TrainingState.RUN))));
  }

  /**
   * Fills a model; moving averages where the run had them. The optimizer's state is left alone: a
   * run with other tables begins a new one.
   *
   * @param tuning which tables may differ
   * @return names of the tables of which rows were kept as they were
   * @throws dev.jukebox.error.CheckpointException if a tensor is missing, left over or of another
   *     shape
   */
  public Set<String> load(Parameters parameters, ModelLayout layout, FineTuning tuning) {
    return ParameterLoader.load(source(checkpoint.tensors()), parameters, layout, tuning);
  }

  /** The number of rows of a tensor; empty if the file has none of that name. */
  public OptionalInt rows(String tensor) {
    FileTensor saved = checkpoint.tensors().get(tensor);
    return saved == null || saved.shape().length == 0
        ? OptionalInt.empty()
        : OptionalInt.of(Math.toIntExact(saved.shape()[0]));
  }

  /**
   * Goes on where the run was: parameters, buffers, moments, moving averages, steps and loss scale.
   * Without an optimizer's state in the file its moments begin at zero.
   *
   * @throws dev.jukebox.error.CheckpointException if anything does not fit; nothing is changed then
   */
  public void resume(Parameters parameters, ModelLayout layout, Optimizer optimizer) {
    String where = path().toString();
    Optional<AdamState> adam =
        checkpoint.optimizer().map(tree -> OptimizerState.read(where, tree, parameters));
    Map<String, FileTensor> averages = tensors(TrainingState.AVERAGES);
    Optional<MovingAverage> average = optimizer.average();
    boolean averagesKept = average.isPresent() && !averages.isEmpty();
    List<FileTensor> means = averagesKept ? means(parameters, averages) : List.of();

    ParameterLoader.load(weights(layout), parameters, layout, FineTuning.none());
    adam.ifPresent(optimizer.adam()::restore);
    if (averagesKept) {
      upload(parameters.backend(), average.get().tensors(), means);
      average.get().resume(own.get(TrainingState.AVERAGE_STEPS) instanceof Long n ? n : 0);
    } else {
      average.ifPresent(MovingAverage::reset);
    }
    optimizer.resume(step());
    if (own.get(TrainingState.LOSS_SCALE) instanceof Double scale && scale > 0) {
      optimizer.resumeLossScale(scale);
    }
  }

  /** The parameters as they were rather than their averages, and the model's buffers. */
  private WeightSource weights(ModelLayout layout) {
    if (!isExact()) {
      return source(checkpoint.tensors());
    }
    Map<String, FileTensor> weights = tensors(TrainingState.WEIGHTS);
    for (String buffer : layout.buffers().keySet()) {
      FileTensor tensor = checkpoint.tensors().get(buffer);
      if (tensor != null) {
        weights.put(buffer, tensor);
      }
    }
    return source(weights);
  }

  private List<FileTensor> means(Parameters parameters, Map<String, FileTensor> averages) {
    WeightReader reader = new WeightReader(source(averages));
    return parameters.all().stream()
        .map((Parameter each) -> reader.take(each.name(), each.value().shape().toArray()))
        .toList();
  }

  private static void upload(Backend backend, List<Tensor> targets, List<FileTensor> sources) {
    for (int i = 0; i < targets.size(); i++) {
      backend.upload(targets.get(i), sources.get(i).elements());
    }
  }

  private WeightSource source(Map<String, FileTensor> tensors) {
    return WeightSource.of(path().toString(), tensors);
  }

  private Map<String, FileTensor> tensors(String key) {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    named(Optional.ofNullable(own.get(key)))
        .forEach(
            (name, value) -> {
              if (value instanceof FileTensor tensor) {
                tensors.put(name, tensor);
              }
            });
    return tensors;
  }

  private static Map<String, Object> named(Optional<Object> value) {
    Map<String, Object> named = new LinkedHashMap<>();
    if (value.orElse(null) instanceof Map<?, ?> map) {
      map.forEach(
          (key, item) -> {
            if (key instanceof String name) {
              named.put(name, item);
            }
          });
    }
    return named;
  }

  /** Ends access to the file. */
  @Override
  public void close() {
    checkpoint.close();
  }
}
