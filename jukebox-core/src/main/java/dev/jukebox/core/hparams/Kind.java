package dev.jukebox.core.hparams;

import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What values a hyperparameter takes: the words of hyperparameters.txt. */
enum Kind {
  FLAG("true or false"),
  INT("an integer"),
  COUNT("an integer of 0 or more"),
  SIZE("an integer of 1 or more"),
  FLOAT("a number"),
  TEXT("text"),
  INTS("a list of integers"),
  SIZES("a list of integers of 1 or more"),
  FLOATS("a list of numbers"),
  BINS("an integer of 0 or more or a list of two integers of 1 or more");

  private static final Pattern BRACKETS = Pattern.compile("\\((.*)\\)|\\[(.*)]", Pattern.DOTALL);

  private final String expected;

  Kind(String expected) {
    this.expected = expected;
  }

  String expected() {
    return expected;
  }

  static Kind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The value in the form in which it is kept, or empty where it is of another kind. */
  Optional<Object> convert(Object value) {
    return switch (this) {
      case FLAG -> value instanceof Boolean ? Optional.of(value) : Optional.empty();
      case INT -> integer(value, Long.MIN_VALUE);
      case COUNT -> integer(value, 0);
      case SIZE -> integer(value, 1);
      case FLOAT -> number(value);
      case TEXT -> value instanceof String ? Optional.of(value) : Optional.empty();
      case INTS -> list(value, Kind.INT::convert);
      case SIZES -> list(value, Kind.SIZE::convert);
      case FLOATS -> list(value, Kind.FLOAT::convert);
      case BINS ->
          value instanceof List<?> bins
              ? bins.size() == 2 ? Kind.SIZES.convert(value) : Optional.empty()
              : Kind.COUNT.convert(value);
    };
  }

  /** The value that a text on a command line or in a table stands for, not yet checked. */
  Object read(String text) {
    return switch (this) {
      case FLAG -> readFlag(text.strip());
      case INT, COUNT, SIZE -> readInteger(text.strip());
      case FLOAT -> readNumber(text.strip());
      case TEXT -> text;
      case INTS, SIZES -> items(text).map(Kind::readInteger).toList();
      case FLOATS -> items(text).map(Kind::readNumber).toList();
      case BINS -> text.contains(",") ? SIZES.read(text) : COUNT.read(text);
    };
  }

  private static Optional<Object> integer(Object value, long least) {
    return value instanceof Long number && number >= least ? Optional.of(number) : Optional.empty();
  }

  private static Optional<Object> number(Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue())
        ? Optional.of(number.doubleValue())
        : Optional.empty();
  }

  private static Optional<Object> list(Object value, Function<Object, Optional<Object>> item) {
    if (!(value instanceof List<?> list)) {
      return Optional.empty();
    }
    List<Object> converted = list.stream().map(item).flatMap(Optional::stream).toList();
    return converted.size() == list.size() ? Optional.of(converted) : Optional.empty();
  }

  private static Object readFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }

  private static Object readInteger(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static Object readNumber(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static Stream<String> items(String text) {
    String inner = BRACKETS.matcher(text.strip()).replaceFirst("$1$2").strip();
    if (inner.isEmpty()) {
      return Stream.empty();
    }
    // A tuple of one is written with a comma behind it.
    String list = inner.endsWith(",") ? inner.substring(0, inner.length() - 1) : inner;
    return Pattern.compile(",").splitAsStream(list).map(String::strip);
  }

  /** The error for a value of another kind. */
  InvalidInputException refuse(String name, String given, boolean optional) {
    return new InvalidInputException(
        "Hyperparameter "
            + name
            + " is "
            + given
            + " where "
            + expected
            + (optional ? " or none" : "")
            + " is needed");
  }
}
