package dev.jukebox.core.hparams;

import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The hyperparameters of one model: an immutable, ordered map from name to a Boolean, Long, Double,
 * String, list of those, or nothing.
 *
 * <pre>{@code
 * Hyperparams vqvae = HyperparamSets.standard().resolve(List.of("vqvae"), Map.of("sr", 22050));
 * int levels = vqvae.intOf("levels");
 * int[] downs = vqvae.intsOf("downs_t");
 * OptionalInt blocks = vqvae.optionalInt("blocks");
 * }</pre>
 *
 * <p>A getter throws {@link InvalidInputException} for an unknown name (with the nearest known one)
 * and for a value of another kind.
 */
public final class Hyperparams {

  private final Map<String, Optional<Object>> values;

  private Hyperparams(Map<String, Optional<Object>> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /**
   * Hyperparameters with just these values, such as those read from a checkpoint: any integer
   * becomes a Long, any other number a Double, any array or list a list; null or an empty Optional
   * is no value. Names and contradictions are not checked; see {@link HyperparamSets#resolve}.
   */
  public static Hyperparams of(Map<String, ?> values) {
    Map<String, Optional<Object>> plain = new LinkedHashMap<>();
    values.forEach((name, value) -> plain.put(name, PlainValue.of(name, value)));
    return new Hyperparams(plain);
  }

  /** All names, in order. */
  public Set<String> names() {
    return values.keySet();
  }

  /** All names and values, in order; a Long, Double, Boolean, String or list, or empty. */
  public Map<String, Optional<Object>> asMap() {
    return values;
  }

  /** Whether there is a hyperparameter of this name, with or without a value. */
  public boolean contains(String name) {
    return values.containsKey(name);
  }

  /** The value as it is; empty where there is none. */
  public Optional<Object> valueOf(String name) {
    Optional<Object> value = values.get(name);
    if (value == null) {
      throw new InvalidInputException(
          "There is no hyperparameter \""
              + name
              + "\""
              + NearestName.suggestion(name, values.keySet()));
    }
    return value;
  }

  public boolean booleanOf(String name) {
    return typed(name, Boolean.class, "true or false");
  }

  public String stringOf(String name) {
    return typed(name, String.class, "text");
  }

  public long longOf(String name) {
    return typed(name, Long.class, "an integer");
  }

  public int intOf(String name) {
    return toInt(name, longOf(name));
  }

  /** A number; an integer is taken as well. */
  public double doubleOf(String name) {
    return typed(name, Number.class, "a number").doubleValue();
  }

  public int[] intsOf(String name) {
    String expected = "a list of integers";
    return listOf(name, expected).stream()
        .mapToInt(item -> toInt(name, cast(name, item, Long.class, expected)))
        .toArray();
  }

  /** A list of numbers; integers are taken as well. */
  public double[] doublesOf(String name) {
    String expected = "a list of numbers";
    return listOf(name, expected).stream()
        .mapToDouble(item -> cast(name, item, Number.class, expected).doubleValue())
        .toArray();
  }

  public OptionalInt optionalInt(String name) {
    return valueOf(name).isEmpty() ? OptionalInt.empty() : OptionalInt.of(intOf(name));
  }

  public OptionalDouble optionalDouble(String name) {
    return valueOf(name).isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(doubleOf(name));
  }

  public Optional<int[]> optionalInts(String name) {
    return valueOf(name).map(value -> intsOf(name));
  }

  public Optional<String> optionalString(String name) {
    return valueOf(name).map(value -> stringOf(name));
  }

  private List<?> listOf(String name, String expected) {
    return typed(name, List.class, expected);
  }

  private <T> T typed(String name, Class<T> type, String expected) {
    return cast(name, valueOf(name).orElse(null), type, expected);
  }

  private <T> T cast(String name, Object value, Class<T> type, String expected) {
    if (!type.isInstance(value)) {
      throw mismatch(name, expected);
    }
    return type.cast(value);
  }

  private int toInt(String name, long number) {
    if (number != (int) number) {
      throw mismatch(name, "an integer of 32 bits");
    }
    return (int) number;
  }

  private InvalidInputException mismatch(String name, String expected) {
    return new InvalidInputException(
        "Hyperparameter "
            + name
            + " is "
            + PlainValue.show(valueOf(name))
            + " where "
            + expected
            + " is needed");
  }

  /** The names whose values differ between these and others, in order. */
  public List<String> differences(Hyperparams other) {
    List<String> names = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          if (!value.equals(other.values.get(name))) {
            names.add(name);
          }
        });
    other.names().stream().filter(name -> !contains(name)).forEach(names::add);
    return names;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hyperparams that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) ->
            text.append(name).append(" = ").append(PlainValue.show(value)).append('\n'));
    return text.toString();
  }
}
