package dev.jukebox.core.labels;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Optional;

/**
 * The characters that a model of one's own reads lyrics in: {@code lyric_characters.txt} beside the
 * lists of artists and genres, in UTF-8.
 *
 * <pre>{@code
 * ABCDEFGHIJKLMNOPQRSTUVWXYZ
 * abcdefghijklmnopqrstuvwxyz
 * ÄÖÜäöüß0123456789
 * .,:;!?-'"()[]\s\t\n
 * }</pre>
 *
 * <p>Each character is a token, numbered from 1 in the order of the file; how they are spread over
 * lines has no meaning. What cannot be seen is written {@code \s} for a space, {@code \t} for a tab
 * and {@code \n} for a new line; {@code \\} is a backslash.
 */
public final class LyricCharacters {
  static final String FILE = "lyric_characters.txt";

  private LyricCharacters() {}

  /**
   * The characters that a directory gives, in order; empty where it has no such file.
   *
   * @throws InvalidInputException if the file is malformed, with its line
   */
  static Optional<String> in(Location directory) {
    Location file = directory.resolve(FILE);
    return file.exists()
        ? Optional.of(parse(file.toString(), IdListReader.text(file)))
        : Optional.empty();
  }

  /** Whether a directory has the file. */
  public static boolean areIn(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /**
   * Copies the file into the directory of a model that reads the same characters; nothing where
   * there is none.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be written
   */
  public static void copy(Path from, Path to) {
    Path file = from.resolve(FILE);
    if (Files.exists(file)
        && !from.toAbsolutePath().normalize().equals(to.toAbsolutePath().normalize())) {
      String text = IdListReader.text(Location.of(file));
      StagedFiles.write(to.resolve(FILE), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static String parse(String file, String text) {
    StringBuilder characters = new StringBuilder();
    int line = 0;
    for (String content : Normalizer.normalize(text, Normalizer.Form.NFC).lines().toList()) {
      line++;
      for (int i = 0; i < content.length(); i++) {
        char character = content.charAt(i);
        if (character == '\\') {
          i++;
          character = escaped(i < content.length() ? content.charAt(i) : ' ', file, line);
        } else {
          requireVisible(content, i, file, line);
        }
        if (characters.indexOf(String.valueOf(character)) >= 0) {
          throw refuse(file, line, "the character " + show(character) + " stands there twice");
        }
        characters.append(character);
      }
    }
    if (characters.isEmpty()) {
      throw new InvalidInputException(file + " has no characters");
    }
    return characters.toString();
  }

  private static char escaped(char character, String file, int line) {
    return switch (character) {
      case 's' -> ' ';
      case 't' -> '\t';
      case 'n' -> '\n';
      case '\\' -> '\\';
      default ->
          throw refuse(
              file,
              line,
              "a backslash stands before "
                  + show(character)
                  + "; write \\s for a space, \\t for a tab, \\n for a new line, \\\\ for a backslash");
    };
  }

  private static void requireVisible(String content, int index, String file, int line) {
    char character = content.charAt(index);
    if (Character.isSurrogate(character)) {
      throw refuse(
          file,
          line,
          "the character "
              + Character.toString(content.codePointAt(index))
              + " lies outside Unicode's first plane, and a token is a character of that");
    }
    if (Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || Character.isISOControl(character)) {
      throw refuse(
          file,
          line,
          "there is a blank, "
              + show(character)
              + "; write \\s for a space, \\t for a tab and \\n for a new line");
    }
  }

  private static String show(char character) {
    return character > ' ' && !Character.isSpaceChar(character)
        ? "'" + character + "'"
        : "U+%04X".formatted((int) character);
  }

  private static InvalidInputException refuse(String file, int line, String what) {
    return new InvalidInputException(file + ", line " + line + ": " + what);
  }
}
