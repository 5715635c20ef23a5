package dev.jukebox.core.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes which layer and head follow the lyrics into the description of a model; all else in the
 * file stays as it is, character by character.
 *
 * <pre>{@code
 * AlignmentEntry.write(Path.of("model.json"), 2, 31, 0);
 * }</pre>
 */
public final class AlignmentEntry {
  private static final String LAYER = "alignment_layer";
  private static final String HEAD = "alignment_head";

  private AlignmentEntry() {}

  /**
   * Sets {@code alignment_layer} and {@code alignment_head} of a level's prior; the file is
   * replaced by a whole one or not at all.
   *
   * @throws InvalidInputException if it describes no prior of that level
   * @throws dev.jukebox.error.FileAccessException if it cannot be read or written
   */
  public static void write(Path file, int level, int layer, int head) {
    try {
      String text = Files.readString(file);
      String changed = set(set(text, file, level, LAYER, layer), file, level, HEAD, head);
      // A link to the description stays a link.
      Path target = file.toRealPath();
      StagedFiles.write(target, out -> out.write(changed.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
  }

  /** Where a key's value stands in the text, and the blank text before the key. */
  private record Span(int start, int end, String indent) {}

  private static String set(String text, Path file, int level, String key, int value)
      throws IOException {
    Map<String, Span> spans = spans(text, level);
    if (spans.isEmpty()) {
      throw new InvalidInputException(file + " describes no prior of level " + level);
    }
    Span present = spans.get(key);
    if (present != null) {
      return text.substring(0, present.start()) + value + text.substring(present.end());
    }
    Span last = spans.values().stream().reduce((first, second) -> second).orElseThrow();
    String entry = "," + last.indent() + "\"" + key + "\": " + value;
    return text.substring(0, last.end()) + entry + text.substring(last.end());
  }

  /** The values of the prior's object, in order. */
  private static Map<String, Span> spans(String text, int level) throws IOException {
    Map<String, Span> spans = new LinkedHashMap<>();
    try (JsonParser json = new JsonFactory().createParser(text)) {
      if (!enter(json, level)) {
        return spans;
      }
      int before = end(json);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        String indent = text.substring(before, start(json)).replaceFirst("\\s*,", "");
        json.nextToken();
        int start = start(json);
        json.skipChildren();
        json.finishToken();
        before = end(json);
        spans.put(key, new Span(start, before, indent));
      }
    }
    return spans;
  }

  /** Moves to the beginning of the prior's object. */
  private static boolean enter(JsonParser json, int level) throws IOException {
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean priors = json.currentName().equals("priors");
      JsonToken value = json.nextToken();
      if (priors && value == JsonToken.START_ARRAY) {
        for (int i = 0; i < level; i++) {
          json.nextToken();
          json.skipChildren();
        }
        return json.nextToken() == JsonToken.START_OBJECT;
      }
      json.skipChildren();
    }
    return false;
  }

  private static int start(JsonParser json) {
    return Math.toIntExact(json.currentTokenLocation().getCharOffset());
  }

  private static int end(JsonParser json) {
    return Math.toIntExact(json.currentLocation().getCharOffset());
  }
}
