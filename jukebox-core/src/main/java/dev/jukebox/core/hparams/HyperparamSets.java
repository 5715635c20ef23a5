package dev.jukebox.core.hparams;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every hyperparameter with its kind and default, and every named set of values.
 *
 * <pre>{@code
 * HyperparamSets sets = HyperparamSets.standard();
 * Hyperparams hps = sets.resolve(List.of("small_vqvae", "all_fp16"), Map.of("lr", 1e-4));
 * }</pre>
 *
 * <p>They are written down in the resources hyperparameters.txt and sets.txt of this package.
 */
public final class HyperparamSets {

  private final Map<String, Hyperparameter> hyperparameters;
  private final Map<String, Map<String, Optional<Object>>> sets;
  private final Hyperparams defaults;

  HyperparamSets(
      Map<String, Hyperparameter> hyperparameters,
      Map<String, Map<String, Optional<Object>>> sets) {
    this.hyperparameters = hyperparameters;
    this.sets = sets;
    Map<String, Optional<Object>> values = new LinkedHashMap<>();
    hyperparameters.forEach((name, known) -> values.put(name, known.defaultValue()));
    this.defaults = Hyperparams.of(values);
  }

  /** The hyperparameters and sets of the original. */
  public static HyperparamSets standard() {
    return SetsReader.read();
  }

  /** The names of all sets that can be chosen. */
  public Set<String> setNames() {
    return Collections.unmodifiableSet(sets.keySet());
  }

  /** The names of all hyperparameters, in the order of a resolved one. */
  public Set<String> names() {
    return defaults.names();
  }

  /** A phrase that says what the hyperparameter means, its kind and its default. */
  public String describe(String name) {
    Hyperparameter known = known(name);
    return known.meaning()
        + ("; " + known.kind().expected())
        + (known.optional() ? " or none" : "")
        + ("; default " + PlainValue.show(known.defaultValue()));
  }

  /** Every hyperparameter at its default. */
  public Hyperparams defaults() {
    return defaults;
  }

  /** The values that a set gives, without the defaults of the rest. */
  public Map<String, Optional<Object>> set(String name) {
    Map<String, Optional<Object>> set = sets.get(name);
    if (set == null) {
      throw new InvalidInputException(
          "There is no set of hyperparameters \""
              + name
              + "\""
              + NearestName.suggestion(name, sets.keySet()));
    }
    return Collections.unmodifiableMap(set);
  }

  /**
   * All hyperparameters: the defaults, over them the sets in order, over them the overrides.
   *
   * @param setNames names of sets, possibly none
   * @param overrides values by name: booleans, numbers, texts, lists or arrays; null or an empty
   *     Optional for none
   * @throws InvalidInputException for an unknown set or name (the nearest known one is named), a
   *     value of another kind, or values that contradict each other
   */
  public Hyperparams resolve(List<String> setNames, Map<String, ?> overrides) {
    Map<String, Optional<Object>> values = new LinkedHashMap<>(defaults.asMap());
    setNames.forEach(name -> values.putAll(set(name)));
    return override(Hyperparams.of(values), overrides);
  }

  /** The same hyperparameters with other values for some; refuses what {@link #resolve} refuses. */
  public Hyperparams override(Hyperparams base, Map<String, ?> overrides) {
    Map<String, Optional<Object>> values = new LinkedHashMap<>(base.asMap());
    overrides.forEach((name, value) -> values.put(name, known(name).check(value)));
    Hyperparams resolved = Hyperparams.of(values);
    Consistency.check(resolved);
    return resolved;
  }

  /**
   * The value that a text stands for, as on a command line: {@code "0.5,0.5"} or {@code "(3, 2,
   * 2)"} for a list, {@code "none"} for no value.
   *
   * @throws InvalidInputException for an unknown name or a text of another kind
   */
  public Optional<Object> parse(String name, String text) {
    return known(name).parse(text);
  }

  /** As {@link #parse}, for a comma-separated list of set names; an empty text is no set. */
  public List<String> parseSetNames(String text) {
    List<String> names =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
    names.forEach(this::set);
    return names;
  }

  /**
   * The values that words of a command line stand for: {@code name=value}, with or without dashes
   * before it, and {@code name} alone for a flag that is set; the later of two wins.
   *
   * <pre>{@code
   * sets.parseAssignments(List.of("--bs=4", "--aug_shift", "downs_t=(3,2,2)"))
   * }</pre>
   *
   * @throws InvalidInputException for an unknown name (the nearest known one is named) or a value
   *     of another kind
   */
  public Map<String, Optional<Object>> parseAssignments(List<String> words) {
    Map<String, Optional<Object>> values = new LinkedHashMap<>();
    for (String word : words) {
      String[] parts = word.strip().replaceFirst("^--?", "").split("=", 2);
      String name = parts[0].strip();
      if (parts.length == 1 && known(name).kind() != Kind.FLAG) {
        throw new InvalidInputException(
            "Hyperparameter %s has no value: write %s=VALUE".formatted(name, name));
      }
      values.put(name, parts.length == 1 ? Optional.of(true) : parse(name, parts[1]));
    }
    return values;
  }

  private Hyperparameter known(String name) {
    Hyperparameter known = hyperparameters.get(name);
    if (known == null) {
      Collection<String> names = hyperparameters.keySet();
      throw new InvalidInputException(
          "There is no hyperparameter \"" + name + "\"" + NearestName.suggestion(name, names));
    }
    return known;
  }
}
