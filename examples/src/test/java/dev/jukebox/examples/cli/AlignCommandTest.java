package dev.jukebox.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of heads, what is written, and what is refused. */
class AlignCommandTest {
  private static final Path RECORDING = Path.of("audio", "recording.wav");

  @TempDir private Path directory;

  @BeforeEach
  void copyMusic() throws IOException {
    Files.createDirectories(directory.resolve("music"));
    Files.copy(RECORDING, directory.resolve("music/song.wav"));
    metadata("na na na na na na na na na na");
  }

  private void metadata(String lyrics) throws IOException {
    Files.writeString(
        directory.resolve("music/metadata.csv"),
        "file,artist,genre,lyrics\nsong.wav,Ostinato,folk," + lyrics + "\n");
  }

  /** The description of a golden model, with paths to where its files are. */
  private Path model(String top) throws IOException {
    Path golden = GoldenFiles.directory().toAbsolutePath().normalize();
    String json =
        Files.readString(golden.resolve("model_" + top + ".json"))
            .replaceAll("(\"restore_[a-z]+\": \")", "$1" + golden + "/")
            .replace("\"ids\": \"", "\"ids\": \"" + golden + "/");
    return Files.writeString(directory.resolve("model.json"), json);
  }

  private record Outcome(int exit, String out, String err) {}

  private Outcome align(Path model, String... more) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      String[] args = new String[3 + more.length];
      args[0] = "align";
      args[1] = "--model=" + model;
      args[2] = "--audio_files_dir=" + directory.resolve("music");
      System.arraycopy(more, 0, args, 3, more.length);
      int exit = Main.run(args);
      return new Outcome(
          exit,
          printed.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void theBestHeadIsWrittenAndNothingElse() throws IOException {
    Path model = model("prior_1b_lyrics");
    String before = Files.readString(model);
    Outcome dry = align(model, "--dry_run");
    assertEquals(0, dry.exit(), dry.err());
    assertEquals(before, Files.readString(model));
    List<String> lines = dry.out().lines().toList();
    assertEquals("layer  head  score  correlation  concentration", lines.get(0));
    assertEquals(5, lines.size(), "two layers of two heads: " + dry.out());
    assertTrue(dry.err().contains("no head follows the lyrics clearly"), dry.err());

    Outcome written = align(model);
    assertEquals(0, written.exit(), written.err());
    String[] best = lines.get(1).strip().split("\\s+", -1);
    assertTrue(
        written.out().endsWith("alignment_layer " + best[0] + ", alignment_head " + best[1] + "\n"),
        written.out());
    String after = Files.readString(model);
    assertEquals(
        before.replaceAll("\"alignment_(layer|head)\": \\d+", ""),
        after.replaceAll("\"alignment_(layer|head)\": \\d+", ""));
    JsonNode top = JsonMapper.builder().build().readTree(after).get("priors").get(2);
    assertEquals(Integer.parseInt(best[0]), top.get("alignment_layer").intValue());
    assertEquals(Integer.parseInt(best[1]), top.get("alignment_head").intValue());
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLine() throws IOException {
    refused(align(model("prior_5b")), "attends to no lyrics");
    metadata("");
    refused(align(model("prior_1b_lyrics")), "none of the 1 songs under");
    refused(align(model("prior_1b_lyrics"), "--windows=0"), "windows is 0");
    refused(align(Path.of("1b_lyrics")), "give the path of a model.json, or a dry run");
  }

  private static void refused(Outcome outcome, String words) {
    assertEquals(2, outcome.exit(), outcome.err());
    assertTrue(outcome.err().contains(words), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertEquals("", outcome.out());
  }
}
