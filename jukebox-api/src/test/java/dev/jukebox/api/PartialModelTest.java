package dev.jukebox.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Models of which not every level has a prior yet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartialModelTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir private Path directory;

  private Codes whole;

  @BeforeAll
  void sampleTheWholeModel() {
    whole = Jukebox.sample(TestModel.request().build()).codes();
  }

  @AfterAll
  void forget() {
    whole = Codes.of(List.of());
  }

  /** The golden model without the priors of some levels. */
  private JukeboxModel without(Integer... levels) throws IOException {
    Path original = ((ModelSource.File) TestModel.source()).path().toAbsolutePath();
    ObjectNode root = (ObjectNode) MAPPER.readTree(Files.readAllBytes(original));
    Path folder = original.getParent();
    place(folder, (ObjectNode) root.get("vqvae"), "restore_vqvae");
    ArrayNode priors = (ArrayNode) root.get("priors");
    for (int level = 0; level < priors.size(); level++) {
      place(folder, (ObjectNode) priors.get(level), "restore_prior");
    }
    place(folder, root, "ids");
    for (int level : levels) {
      priors.setNull(level);
    }
    Path file = directory.resolve("model.json");
    MAPPER.writeValue(file.toFile(), root);
    return Jukebox.open(ModelSource.file(file));
  }

  private static void place(Path folder, ObjectNode node, String key) {
    node.put(key, folder.resolve(node.get(key).textValue()).toString());
  }

  @Test
  void samplingStopsAboveAMissingPrior() throws IOException {
    for (int missing = 0; missing < 2; missing++) {
      Path output = directory.resolve("missing_" + missing);
      try (JukeboxModel model = without(missing)) {
        SampleResult result = model.sample(TestModel.request().outputDirectory(output).build());
        List<Integer> written = new ArrayList<>();
        result.levels().forEach(level -> written.add(level.level()));
        assertEquals(missing == 0 ? List.of(1, 2) : List.of(2), written);
        for (int level : written) {
          assertSame(whole, result.codes(), level);
          assertTrue(Files.exists(output.resolve("level_" + level).resolve("index.html")));
        }
        assertEquals(0, result.codes().length(missing));
        assertEquals(96 * 128, result.audio(1).length());
        assertFalse(model.hasPrior(missing));
        assertTrue(model.hasPrior(2));
      }
    }
  }

  @Test
  void withoutItsTopPriorAModelUpsamples() throws IOException {
    try (JukeboxModel model = without(2)) {
      Path output = directory.resolve("upsampled");
      SampleRequest.Builder request = TestModel.request().outputDirectory(output);
      SampleResult result = model.upsample(whole.onlyTop(), request);
      assertSame(whole, result.codes(), 0);
      assertSame(whole, result.codes(), 1);
      String page = Files.readString(output.resolve("level_0/index.html"));
      assertTrue(page.contains("Ostinato"), "the names of the songs are on the page");
      String refusal = refusal(model, TestModel.request());
      assertTrue(refusal.contains("no prior of level 2, with which sampling begins"), refusal);
      assertTrue(refusal.contains("mode upsample"), refusal);
    }
  }

  @Test
  void upsamplingBeginsBelowTheCodesThatAreThere() throws IOException {
    try (JukeboxModel model = without(1, 2)) {
      Codes above = Codes.of(List.of(empty(), items(whole, 1), items(whole, 2)));
      assertSame(whole, model.upsample(above, TestModel.request()).codes(), 0);
      SampleMode mode = SampleMode.upsampling(whole.onlyTop());
      String refusal = refusal(model, TestModel.request().mode(mode));
      assertTrue(refusal.contains("needs that much at level 1"), refusal);
    }
  }

  @Test
  void aTopPriorAloneHasNothingToUpsampleWith() throws IOException {
    try (JukeboxModel model = without(0, 1)) {
      SampleMode mode = SampleMode.upsampling(whole.onlyTop());
      String refusal = refusal(model, TestModel.request().mode(mode));
      assertTrue(refusal.contains("no prior below level 2 to upsample with"), refusal);
    }
  }

  @Test
  void withoutAnyPriorAModelEncodesAndDecodes() throws IOException {
    try (JukeboxModel model = without(0, 1, 2);
        JukeboxModel full = Jukebox.open(TestModel.source())) {
      Audio recording = Audio.read(Path.of("../examples/audio/recording.wav"), model.sampleRate());
      Codes codes = model.encode(List.of(recording.first(4096)));
      assertSame(full.encode(List.of(recording.first(4096))), codes, 2);
      assertEquals(4096, model.decode(codes, 2).get(0).length());
      String refusal = refusal(model, TestModel.request());
      assertTrue(refusal.contains("can encode and decode but not sample"), refusal);
    }
  }

  private static String refusal(JukeboxModel model, SampleRequest.Builder request) {
    String message =
        assertThrows(InvalidInputException.class, () -> model.sample(request.build())).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static List<int[]> empty() {
    return List.of(new int[0], new int[0]);
  }

  private static List<int[]> items(Codes codes, int level) {
    return List.of(codes.item(level, 0), codes.item(level, 1));
  }

  private static void assertSame(Codes expected, Codes actual, int level) {
    assertEquals(expected.items(), actual.items());
    for (int item = 0; item < expected.items(); item++) {
      assertTrue(expected.item(level, item).length > 0);
      assertArrayEquals(expected.item(level, item), actual.item(level, item), "level " + level);
    }
  }
}
