package dev.jukebox.core.checkpoint;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.weights.pickle.None;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hyperparameters of a checkpoint. */
final class SavedHyperparams {

  private SavedHyperparams() {}

  static Hyperparams of(Map<String, Object> saved) {
    Map<String, Object> plain = new LinkedHashMap<>();
    saved.forEach(
        (name, value) -> {
          if (value == None.NONE) {
            plain.put(name, Optional.empty());
          } else if (isPlain(value)) {
            plain.put(name, value);
          }
        });
    return Hyperparams.of(plain);
  }

  private static boolean isPlain(Object value) {
    return value instanceof List<?> list
        ? list.stream().allMatch(SavedHyperparams::isScalar)
        : isScalar(value);
  }

  private static boolean isScalar(Object value) {
    return value instanceof Boolean
        || value instanceof Long
        || value instanceof Double
        || value instanceof String;
  }
}
