package dev.jukebox.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two values of a description change, and nothing else in the file. */
class AlignmentEntryTest {

  @TempDir Path directory;

  private String write(String json, int level) throws IOException {
    Path file = Files.writeString(directory.resolve("model.json"), json);
    AlignmentEntry.write(file, level, 31, 2);
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(1, files.count(), "nothing is left beside it");
    }
    return Files.readString(file);
  }

  @Test
  void valuesThatAreThereAreReplaced() throws IOException {
    String json =
        "{\"priors\" : [null,\n  {\"alignment_head\" :0 , \"x\": [1, {\"alignment_layer\": 5}],"
            + " \"alignment_layer\": 123}\n], \"name\": \"ä\\u00e4\", \"alignment_layer\": 7}\n";
    assertEquals(
        json.replace("\"alignment_head\" :0 ", "\"alignment_head\" :2 ").replace("123", "31"),
        write(json, 1));
  }

  @Test
  void valuesThatAreMissingFollowTheLastOne() throws IOException {
    assertEquals(
        "{\"name\":\"m\",\"priors\":[{\"a\":1},{\"b\":\"}\",\"alignment_layer\": 31,"
            + "\"alignment_head\": 2}]}",
        write("{\"name\":\"m\",\"priors\":[{\"a\":1},{\"b\":\"}\"}]}", 1));
    String indented =
        """
        {
          "priors": [ {
            "a": [
              1 ]%s
          } ]
        }
        """;
    assertEquals(
        indented.formatted(",\n    \"alignment_layer\": 31,\n    \"alignment_head\": 2"),
        write(indented.formatted(""), 0));
  }

  @Test
  void largeFilesAndLinesOfWindowsKeepTheirText() throws IOException {
    String padding = "\"note\": \"" + "é".repeat(40_000) + "\",\r\n";
    String json = "{" + padding + "\"priors\": [{\"a\": 1.5e3,\r\n  \"alignment_layer\": null}]}";
    assertEquals(json.replace("null", "31,\r\n  \"alignment_head\": 2"), write(json, 0));
  }

  @Test
  void aLevelWithoutAPriorIsRefused() {
    for (String json : new String[] {"{\"priors\": [null]}", "{}", "{\"priors\": []}", "[]"}) {
      String message = assertThrows(InvalidInputException.class, () -> write(json, 0)).getMessage();
      assertTrue(message.endsWith("model.json describes no prior of level 0"), message);
    }
    assertThrows(
        FileAccessException.class,
        () -> AlignmentEntry.write(directory.resolve("none.json"), 0, 1, 1));
  }
}
