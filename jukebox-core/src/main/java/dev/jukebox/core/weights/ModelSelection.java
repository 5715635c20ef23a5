package dev.jukebox.core.weights;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which model to take from a file that may hold several.
 *
 * @param prefix what the model's names begin with in such a file
 * @param words what the model is called in messages
 */
record ModelSelection(String prefix, String words) {
  private static final Pattern SEVERAL = Pattern.compile("(vqvae|priors\\.\\d+)\\..*");

  static ModelSelection vqvae() {
    return new ModelSelection("vqvae.", "VQ-VAE");
  }

  static ModelSelection prior(int level, int levels) {
    if (level < 0 || level >= levels) {
      throw new InvalidInputException(
          "there is no level %d among %d levels, numbered from 0".formatted(level, levels));
    }
    int fromTop = levels - 1 - level;
    return new ModelSelection("priors." + fromTop + ".", "prior of level " + level);
  }

  WeightSource open(Location path) {
    TensorFiles files = TensorFiles.open(path, this::wants);
    try {
      return new NamedTensors(path.toString(), select(path, files.tensors()), files::close);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Whether a name of an index may be this model's; true for files of a single model. */
  private boolean wants(String name) {
    return name.startsWith(prefix) || !SEVERAL.matcher(name).matches();
  }

  private Map<String, FileTensor> select(Location path, Map<String, FileTensor> tensors) {
    boolean several = tensors.keySet().stream().anyMatch(name -> SEVERAL.matcher(name).matches());
    Map<String, FileTensor> own = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (!several) {
            own.put(name, tensor);
          } else if (name.startsWith(prefix)) {
            own.put(name.substring(prefix.length()), tensor);
          }
        });
    if (own.isEmpty()) {
      throw new CheckpointException(
          "%s has no %s: none of its tensors begins with '%s'".formatted(path, words, prefix));
    }
    Map<String, String> originals = HuggingFaceNames.toOriginal(own.keySet());
    Map<String, FileTensor> named = new LinkedHashMap<>();
    own.forEach(
        (name, tensor) -> {
          String original = OriginalNames.canonical(originals.get(name));
          if (named.put(original, tensor) != null) {
            throw new CheckpointException(
                "%s has two tensors for the name '%s'".formatted(path, original));
          }
        });
    return named;
  }
}
