package dev.jukebox.core.weights.pickle;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and strings in the spellings of the pickle format. */
final class Numbers {
  private static final int MAX_DIGITS = 1000;
  private static final Pattern ESCAPE = Pattern.compile("\\\\u[0-9a-fA-F]{4}|\\\\U[0-9a-fA-F]{8}");

  private Numbers() {}

  static int checkLength(int bytes) {
    if (bytes < 0 || bytes > MAX_DIGITS) {
      throw new PickleFormatException("is damaged (an integer of " + bytes + " bytes)");
    }
    return bytes;
  }

  /** Two's complement, least byte first. */
  static Object ofLittleEndian(byte[] bytes) {
    if (bytes.length == 0) {
      return 0L;
    }
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return narrow(new BigInteger(reversed));
  }

  static Object intLine(String line) {
    return switch (line) {
      case "00" -> false;
      case "01" -> true;
      default -> integer(line);
    };
  }

  static Object longLine(String line) {
    return integer(line.endsWith("L") ? line.substring(0, line.length() - 1) : line);
  }

  static double floatLine(String line) {
    return switch (line) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> {
        if (line.length() > MAX_DIGITS) {
          throw PickleStack.damaged();
        }
        try {
          yield Double.parseDouble(line);
        } catch (NumberFormatException e) {
          throw PickleStack.damaged();
        }
      }
    };
  }

  static long index(String line) {
    if (integer(line) instanceof Long index && index >= 0) {
      return index;
    }
    throw PickleStack.damaged();
  }

  /** The text between quotes; escapes other than those of quotes and backslashes are kept. */
  static String quoted(String line) {
    int last = line.length() - 1;
    char quote = line.isEmpty() ? 0 : line.charAt(0);
    if (last < 1 || (quote != '\'' && quote != '"') || line.charAt(last) != quote) {
      throw PickleStack.damaged();
    }
    return line.substring(1, last)
        .replace("\\'", "'")
        .replace("\\\"", "\"")
        .replace("\\n", "\n")
        .replace("\\\\", "\\");
  }

  /**
   * Text in which escapes of four or eight hexadecimal digits stand for what a line cannot hold.
   */
  static String rawUnicode(String line) {
    return ESCAPE
        .matcher(line)
        .replaceAll(
            match -> {
              int code = (int) Long.parseLong(match.group().substring(2), 16);
              if (!Character.isValidCodePoint(code)) {
                throw PickleStack.damaged();
              }
              return Matcher.quoteReplacement(Character.toString(code));
            });
  }

  private static Object integer(String digits) {
    if (digits.length() > MAX_DIGITS) {
      throw PickleStack.damaged();
    }
    try {
      return narrow(new BigInteger(digits));
    } catch (NumberFormatException e) {
      throw PickleStack.damaged();
    }
  }

  private static Object narrow(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }
}
