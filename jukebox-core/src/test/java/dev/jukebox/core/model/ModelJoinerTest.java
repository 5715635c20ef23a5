package dev.jukebox.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One description of several runs. */
class ModelJoinerTest {
  private static final String TOP =
      """
      {"name": "top", "vqvae": {"width": 8, "restore_vqvae": "../vqvae/c.pth.tar"},
       "priors": [null, {"level": 1, "restore_prior": "c.pth.tar"}], "ids": "ids"}
      """;
  private static final String UP =
      """
      {"name": "up", "vqvae": {"width": 8, "restore_vqvae": "../vqvae/c.pth.tar"},
       "priors": [{"n_ctx": 64, "restore_prior": "https://example.org/c.pth.tar"}, null],
       "ids": "ids"}
      """;

  @TempDir private Path directory;

  private Path run(String name, String description, String artists) throws IOException {
    Path run = Files.createDirectories(directory.resolve(name));
    Files.createDirectories(run.resolve("ids"));
    Files.writeString(run.resolve("ids/v3_artist_ids.txt"), artists);
    return Files.writeString(run.resolve("model.json"), description);
  }

  @Test
  void everyLevelComesFromTheRunThatKnowsIt() throws IOException {
    Path top = run("logs/top", TOP, "a;1\n");
    Path up = run("logs/up", UP, "a;1\n");
    Path joint = directory.resolve("model.json");
    ModelJoiner.join(List.of(top, up), joint);
    JsonNode model = new ObjectMapper().readTree(Files.readString(joint));
    assertEquals("top", model.path("name").asText());
    assertEquals("logs/vqvae/c.pth.tar", model.at("/vqvae/restore_vqvae").asText());
    assertEquals("https://example.org/c.pth.tar", model.at("/priors/0/restore_prior").asText());
    assertEquals(64, model.at("/priors/0/n_ctx").asInt());
    assertEquals("logs/top/c.pth.tar", model.at("/priors/1/restore_prior").asText());
    assertEquals("logs/top/ids", model.path("ids").asText());
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() throws IOException {
    Path top = run("top", TOP, "a;1\n");
    refused("both describe a prior of level 1", top, run("again", TOP, "a;1\n"));
    refused("different VQ-VAEs", top, run("other", UP.replace("8", "16"), "a;1\n"));
    refused("number artists or genres differently", top, run("lists", UP, "b;1\n"));
    refused("levels", top, run("three", UP.replace("[", "[null, "), "a;1\n"));
    refused("not the description of a model", top, run("none", "[]", "a;1\n"));
    refused("no descriptions");
  }

  private void refused(String part, Path... descriptions) {
    Path joint = directory.resolve("joint.json");
    String message =
        assertThrows(
                InvalidInputException.class, () -> ModelJoiner.join(List.of(descriptions), joint))
            .getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(Files.notExists(joint));
  }
}
