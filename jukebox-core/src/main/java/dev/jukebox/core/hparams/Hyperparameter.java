package dev.jukebox.core.hparams;

import java.util.Locale;
import java.util.Optional;

/**
 * What is known of one hyperparameter.
 *
 * @param name its name, as in the original's checkpoints
 * @param kind what values it takes
 * @param optional whether it may have no value
 * @param defaultValue the value where no set and no override gives one
 * @param meaning a phrase for help texts
 */
record Hyperparameter(
    String name, Kind kind, boolean optional, Optional<Object> defaultValue, String meaning) {

  /** Reads a line of hyperparameters.txt: name, kind, default, meaning. */
  static Hyperparameter ofLine(String line) {
    String[] words = line.split("\\s+", 4);
    boolean optional = words[1].endsWith("?");
    Kind kind = Kind.of(optional ? words[1].substring(0, words[1].length() - 1) : words[1]);
    Hyperparameter open = new Hyperparameter(words[0], kind, optional, Optional.empty(), words[3]);
    String text = words[2].startsWith("\"") ? words[2].replace("\"", "") : words[2];
    return new Hyperparameter(words[0], kind, optional, open.parse(text), words[3]);
  }

  /**
   * The value as it is kept.
   *
   * @throws dev.jukebox.error.InvalidInputException if it is of another kind
   */
  Optional<Object> check(Object value) {
    Optional<Object> plain = PlainValue.of(name, value);
    if (plain.isEmpty() && optional) {
      return plain;
    }
    Optional<Object> converted = plain.flatMap(kind::convert);
    if (converted.isEmpty()) {
      throw kind.refuse(name, PlainValue.show(plain), optional);
    }
    return converted;
  }

  /** The value that a text on a command line stands for; "none" or "null" is no value. */
  Optional<Object> parse(String text) {
    boolean none =
        switch (text.strip().toLowerCase(Locale.ROOT)) {
          case "none", "null" -> true;
          default -> false;
        };
    return check(none && optional ? Optional.empty() : kind.read(text));
  }
}
