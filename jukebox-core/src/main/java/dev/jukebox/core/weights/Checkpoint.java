package dev.jukebox.core.weights;

import dev.jukebox.core.weights.pickle.None;
import dev.jukebox.core.weights.pickle.PyObject;
import dev.jukebox.core.weights.pickle.PyOrderedDict;
import dev.jukebox.core.weights.pytorch.PyTorchFile;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.safetensors.SafetensorsFile;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.MappedFile;
import dev.jukebox.error.CheckpointException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One checkpoint file as it is: its tensors by the names in the file, and what was saved beside
 * them.
 *
 * <p>A PyTorch file holds {hps, model, opt, step}, or the tensors alone; a safetensors file holds
 * tensors alone.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoint.open(Path.of("vqvae.pth.tar"))) {
 *   Object width = checkpoint.hyperparameters().get("emb_width"); // 64L
 * }
 * }</pre>
 */
public final class Checkpoint implements AutoCloseable {
  private static final String DATA_PARALLEL = "module.";

  private final Path path;
  private final Map<String, FileTensor> tensors;
  private final Map<String, Object> entries;
  private final Runnable closer;

  private Checkpoint(
      Path path, Map<String, FileTensor> tensors, Map<String, Object> entries, Runnable closer) {
    this.path = path;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.entries = Collections.unmodifiableMap(entries);
    this.closer = closer;
  }

  /**
   * Opens a PyTorch or safetensors file.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be read
   * @throws CheckpointException if it is damaged, incomplete or holds no tensors by name
   */
  public static Checkpoint open(Path path) {
    if (isSafetensors(path)) {
      SafetensorsFile file = SafetensorsFile.open(path);
      return new Checkpoint(path, withoutModule(path, file.tensors()), Map.of(), file::close);
    }
    PyTorchFile file = PyTorchFile.open(path);
    try {
      Map<String, Object> entries = byName(file.root());
      Map<String, Object> model =
          entries.get("model") instanceof Map<?, ?> map ? byName(map) : entries;
      Map<String, FileTensor> tensors = new LinkedHashMap<>();
      model.forEach(
          (name, value) -> {
            if (value instanceof FileTensor tensor) {
              tensors.put(name, tensor);
            }
          });
      if (tensors.isEmpty()) {
        throw new CheckpointException(
            path + " holds neither a checkpoint {hps, model, opt, step} nor tensors by name");
      }
      return new Checkpoint(path, withoutModule(path, tensors), entries, file::close);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Writes a PyTorch checkpoint {hps, model, opt, step}, whole or not at all.
   *
   * @param path the file; one of that name is replaced at the end
   * @param hyperparameters plain values by name
   * @param model the tensors by their original names
   * @param optimizer the optimizer's state as a tree of plain values and tensors
   * @param step the number of training steps taken
   * @throws dev.jukebox.error.FileAccessException if it cannot be written, e.g. on a full disk
   */
  public static void write(
      Path path,
      Map<String, ?> hyperparameters,
      Map<String, FileTensor> model,
      Optional<?> optimizer,
      long step) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("hps", hyperparameters);
    root.put("model", new PyOrderedDict(model));
    root.put("opt", optimizer.isPresent() ? optimizer.get() : None.NONE);
    root.put("step", step);
    PyTorchWriter.write(path, root);
  }

  private static boolean isSafetensors(Path path) {
    if (path.toString().endsWith(".safetensors")) {
      return true;
    }
    try (MappedFile file = MappedFile.open(path)) {
      return SafetensorsFile.matches(file);
    }
  }

  /** A map's entries whose keys are strings; none for another value. */
  private static Map<String, Object> byName(Object value) {
    Map<?, ?> map =
        value instanceof PyObject object
            ? object.entries()
            : value instanceof Map<?, ?> plain ? plain : Map.of();
    Map<String, Object> named = new LinkedHashMap<>();
    map.forEach(
        (key, item) -> {
          if (key instanceof String name) {
            named.put(name, item);
          }
        });
    return named;
  }

  private static Map<String, FileTensor> withoutModule(Path path, Map<String, FileTensor> tensors) {
    Map<String, FileTensor> plain = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          String rest =
              name.startsWith(DATA_PARALLEL) ? name.substring(DATA_PARALLEL.length()) : name;
          if (plain.put(rest, tensor) != null) {
            throw new CheckpointException(
                "%s has tensor '%s' with and without 'module.'".formatted(path, rest));
          }
        });
    return plain;
  }

  /** The path the file was opened by. */
  public Path path() {
    return path;
  }

  /** The tensors by the file's names without {@code module.}; cannot be changed. */
  public Map<String, FileTensor> tensors() {
    return tensors;
  }

  /** The hyperparameters the model was trained with; empty if there are none in the file. */
  public Map<String, Object> hyperparameters() {
    return Collections.unmodifiableMap(byName(entries.get("hps")));
  }

  /** The number of training steps taken; empty if it is not in the file. */
  public OptionalLong step() {
    Object step = entries.get("step");
    if (step instanceof FileTensor tensor && tensor.size() == 1) {
      return OptionalLong.of(
          tensor.type().isFloating() ? (long) tensor.toFloats()[0] : tensor.toLongs()[0]);
    }
    return step instanceof Long count ? OptionalLong.of(count) : OptionalLong.empty();
  }

  /**
   * Anything else that was saved beside the model, as a tree of values; empty if it is not there.
   */
  public Optional<Object> entry(String name) {
    return Optional.ofNullable(entries.get(name)).filter(value -> value != None.NONE);
  }

  /** The optimizer's state as the tree of values it was saved as; empty if there is none. */
  public Optional<Object> optimizer() {
    return entry("opt");
  }

  /** Ends access to tensors that were not looked at yet. */
  @Override
  public void close() {
    closer.run();
  }
}
