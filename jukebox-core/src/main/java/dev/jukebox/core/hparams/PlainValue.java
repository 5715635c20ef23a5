package dev.jukebox.core.hparams;

import dev.jukebox.error.InvalidInputException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The five shapes that a hyperparameter's value can have, and how they are shown. */
final class PlainValue {

  private PlainValue() {}

  /** The value with every integer a Long, every other number a Double, every array a list. */
  static Optional<Object> of(String name, Object value) {
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Optional<?> optional) {
      return optional.isEmpty() ? Optional.empty() : of(name, optional.get());
    }
    if (value instanceof Collection<?> items) {
      return Optional.of(list(name, items));
    }
    if (value.getClass().isArray()) {
      List<Object> items = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        items.add(Array.get(value, i));
      }
      return Optional.of(list(name, items));
    }
    return Optional.of(scalar(name, value));
  }

  private static List<Object> list(String name, Collection<?> items) {
    List<Object> plain = new ArrayList<>();
    for (Object item : items) {
      plain.add(scalar(name, item));
    }
    return List.copyOf(plain);
  }

  private static Object scalar(String name, Object value) {
    if (value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      // By its decimal form, so that 0.1f is 0.1.
      return Double.valueOf(number.toString());
    }
    if (value instanceof Double) {
      return value;
    }
    throw new InvalidInputException(
        "Hyperparameter "
            + name
            + " is "
            + value
            + " where true, false, a number, text or a list of those is needed");
  }

  /** The value as a person would write it: text in quotes, lists in brackets, or "none". */
  static String show(Optional<?> value) {
    return value.isEmpty() ? "none" : showPresent(value.get());
  }

  private static String showPresent(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(PlainValue::showPresent).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }
}
