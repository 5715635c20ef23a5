package dev.jukebox.core.labels;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.jukebox.core.files.Location;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads lists of names and ids: lines of {@code name;id}, or a JSON object of names. */
final class IdListReader {

  private static final long LARGEST_FILE = 64L << 20;
  private static final String V2 = ".v2";

  private IdListReader() {}

  /** The list in lines; a name may hold semicolons, for the id stands behind the last one. */
  static IdList readLines(Location file) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<String> lines = text(file).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = strip(lines.get(i));
      if (!line.isEmpty()) {
        int semicolon = line.lastIndexOf(';');
        int id = semicolon < 0 ? -1 : id(line.substring(semicolon + 1));
        if (id < 0) {
          throw new InvalidInputException(
              file
                  + ", line "
                  + (i + 1)
                  + ": \""
                  + line
                  + "\" is not a name, a semicolon and an id");
        }
        ids.put(line.substring(0, semicolon).toLowerCase(Locale.ROOT), id);
      }
    }
    return nonEmpty(file, ids, "names");
  }

  /**
   * The list of one version in a JSON object of names and ids: the names that end in {@code .v2}
   * are those of version 2, all others those of version 3.
   */
  static IdList readJson(Location file, boolean v3) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    String text = text(file);
    try (JsonParser json = new JsonFactory().createParser(text)) {
      require(file, json, json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        require(file, json, json.nextToken() == JsonToken.VALUE_NUMBER_INT);
        int id = json.getIntValue();
        require(file, json, id >= 0);
        boolean isV2 = name.endsWith(V2);
        if (isV2 != v3) {
          String plain = isV2 ? name.substring(0, name.length() - V2.length()) : name;
          ids.put(plain.toLowerCase(Locale.ROOT), id);
        }
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          file
              + ", "
              + place(e.getLocation().getLineNr(), e.getLocation().getColumnNr())
              + ": not valid JSON: "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new FileAccessException("The list " + file + " could not be read", e);
    }
    return nonEmpty(file, ids, v3 ? "names of version 3" : "names of version 2, which end in .v2");
  }

  private static void require(Location file, JsonParser json, boolean asExpected) {
    if (!asExpected) {
      throw new InvalidInputException(
          file
              + ", "
              + place(
                  json.currentTokenLocation().getLineNr(),
                  json.currentTokenLocation().getColumnNr())
              + ": a list of ids is one object of names and ids of 0 or more");
    }
  }

  private static String place(int line, int column) {
    return "line " + line + ", column " + column;
  }

  private static IdList nonEmpty(Location file, Map<String, Integer> ids, String what) {
    if (ids.isEmpty()) {
      throw new InvalidInputException("The list " + file + " has no " + what);
    }
    return new IdList(file.toString(), ids);
  }

  private static int id(String digits) {
    try {
      return Integer.parseInt(strip(digits));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Without the white space of any kind at both ends. */
  private static String strip(String line) {
    int first = 0;
    int end = line.length();
    while (first < end && isSpace(line.charAt(first))) {
      first++;
    }
    while (end > first && isSpace(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(first, end);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /** A text in UTF-8, with or without the mark that some editors put in front. */
  static String text(Location file) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(file.read(LARGEST_FILE)))
              .toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("The list " + file + " is not text in UTF-8", e);
    }
  }
}
