package dev.jukebox.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A named set of hyperparameters, as {@link TrainRequest.Builder#hps} takes them.
 *
 * @param name such as {@code small_prior}
 * @param values what it sets, by name: booleans, whole numbers as Long, numbers as Double, texts,
 *     or lists; empty for no value
 */
public record HyperparameterSet(String name, Map<String, Optional<Object>> values) {

  public HyperparameterSet {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
