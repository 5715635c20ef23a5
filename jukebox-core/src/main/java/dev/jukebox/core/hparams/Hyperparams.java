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

  /** The same hyperparameters with one more, or with another value for one. */
  Hyperparams with(String name, Optional<Object> value) {
    Map<String, Optional<Object>> changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return new Hyperparams(changed);
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
    return valueOf(name).orElse("") instanceof Boolean flag ? flag : fail(name, "true or false");
  }

  public String stringOf(String name) {
    return valueOf(name).orElse(false) instanceof String text ? text : fail(name, "text");
  }

  public long longOf(String name) {
    return valueOf(name).orElse("") instanceof Long number ? number : fail(name, "an integer");
  }

  public int intOf(String name) {
    return toInt(name, longOf(name));
  }

  /** A number; an integer is taken as well. */
  public double doubleOf(String name) {
    return valueOf(name).orElse("") instanceof Number number
        ? number.doubleValue()
        : fail(name, "a number");
  }

  public int[] intsOf(String name) {
    List<?> list = listOf(name, "a list of integers");
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] =
          list.get(i) instanceof Long number
              ? toInt(name, number)
              : fail(name, "a list of integers");
    }
    return ints;
  }

  /** A list of numbers; integers are taken as well. */
  public double[] doublesOf(String name) {
    List<?> list = listOf(name, "a list of numbers");
    double[] doubles = new double[list.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] =
          list.get(i) instanceof Number number
              ? number.doubleValue()
              : fail(name, "a list of numbers");
    }
    return doubles;
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
    return valueOf(name).orElse("") instanceof List<?> list ? list : fail(name, expected);
  }

  private int toInt(String name, long number) {
    if (number != (int) number) {
      return fail(name, "an integer of 32 bits");
    }
    return (int) number;
  }

  private <T> T fail(String name, String expected) {
    throw new InvalidInputException(
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
