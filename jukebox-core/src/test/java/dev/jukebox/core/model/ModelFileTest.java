package dev.jukebox.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.files.Location;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.error.JukeboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {

  private static final String VQVAE =
      "\"vqvae\": {\"hps\": [\"small_vqvae\"], \"restore_vqvae\": \"v\"}";
  private static final String UPSAMPLER =
      "{\"hps\": [\"small_upsampler\"], \"labels\": false, \"restore_prior\": \"p0\"}";
  private static final String TOP =
      "{\"hps\": [\"small_prior\"], \"labels\": false, \"restore_prior\": \"p1\"}";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"prior_5b", "prior_5b_lyrics", "prior_1b_lyrics"})
  void readsTheGoldenModels(String top) {
    ModelSpec model = ModelFile.read(Golden.file("model_" + top + ".json"));
    assertEquals("golden_" + top, model.name());
    assertEquals(Location.of(Golden.file("vqvae.pth.tar")), model.vqvaeWeights());
    assertEquals(Location.of(Golden.file(top + ".pth.tar")), prior(model, 2).weights());
    assertEquals(Optional.of(Location.of(Golden.file("ids"))), model.ids());
    List<String> names = List.of("upsampler_level_0", "upsampler_level_1", top);
    for (int level = 0; level < 3; level++) {
      Hyperparams hps = prior(model, level).hps();
      JsonNode golden = Golden.json("hparams.json").get(names.get(level));
      assertEquals(level, hps.intOf("level"));
      for (String name : List.of("n_ctx", "prior_width", "prior_depth", "heads", "attn_order")) {
        assertEquals(golden.get(name).intValue(), hps.intOf(name), name);
      }
      assertEquals(golden.get("max_duration").doubleValue(), hps.doubleOf("max_duration"));
      assertEquals(golden.get("labels_v3").booleanValue(), hps.booleanOf("labels_v3"));
    }
  }

  @Test
  void placeAndSampleRateFollowFromTheModel() throws IOException {
    touch("v", "p0", "p1");
    ModelSpec model = read("{" + VQVAE + ", \"priors\": [" + UPSAMPLER + ", " + TOP + "]}");
    assertEquals(List.of(0, 1), model.priorLevels());
    assertEquals(0, prior(model, 0).hps().intOf("level"));
    assertEquals(1, prior(model, 1).hps().intOf("level"));
    assertEquals(22050, prior(model, 1).hps().intOf("sr"));
    assertEquals(Location.of(directory.resolve("p1")), prior(model, 1).weights());
    assertEquals(Optional.empty(), model.ids());
    assertEquals(directory.resolve("model.json").toString(), model.name());
  }

  private static PriorSpec prior(ModelSpec model, int level) {
    return model.priors().get(level).orElseThrow();
  }

  @Test
  void levelsWithoutAPriorAreNull() throws IOException {
    touch("v", "p0", "p1");
    ModelSpec upsampler = read(model(UPSAMPLER, "null"));
    assertEquals(List.of(0), upsampler.priorLevels());
    assertEquals(Location.of(directory.resolve("p0")), prior(upsampler, 0).weights());
    assertEquals(List.of(1), read(model("null", TOP)).priorLevels());
    assertEquals(List.of(), read(model("null", "null")).priorLevels());
    assertEquals(2, read(model("null", "null")).priors().size());
    assertTrue(refusal(model("null")).endsWith("it has 1 priors where the VQ-VAE has 2 levels"));
    assertTrue(
        refusal(model("null", "7")).endsWith("\"priors[1]\" is not an object of hyperparameters"));
  }

  @Test
  void saysWhereTheJsonEnds() throws IOException {
    assertTrue(
        refusal("{\"name\": \"x\",\n  \"vqvae\" {}}")
            .startsWith(directory.resolve("model.json") + ", line 2, column 11: not valid JSON: "),
        refusal("{\"name\": \"x\",\n  \"vqvae\" {}}"));
    assertTrue(refusal("{\"name\": 1, \"name\": 2}").contains("Duplicate"));
    assertTrue(refusal("{} {}").contains("not valid JSON"));
    assertTrue(
        refusal("[]").endsWith("it is not an object with name, vqvae, priors, ids, sampling"));
    assertTrue(refusal("{}").contains("\"priors\" is not a list"));
    assertTrue(refusal("{\"priors\": []}").contains("\"vqvae\" is not an object"));
  }

  @Test
  void namesTheNearestOfWhatIsUnknown() throws IOException {
    assertTrue(
        refusal("{\"vqvea\": {}}")
            .endsWith("there is no \"vqvea\" in a description; did you mean \"vqvae\"?"));
    assertTrue(
        refusal("{\"vqvae\": {\"hps\": [\"small_vqvea\"]}, \"priors\": []}")
            .endsWith(
                ", vqvae: There is no set of hyperparameters \"small_vqvea\"; did you mean"
                    + " \"small_vqvae\"?"));
    String prior = TOP.replace("restore_prior", "restore_piror");
    assertTrue(
        refusal(model(UPSAMPLER, prior))
            .endsWith(
                ", priors[1]: There is no hyperparameter \"restore_piror\"; did you mean"
                    + " \"restore_prior\"?"));
  }

  @Test
  void refusesWhatDoesNotFitItsPlace() throws IOException {
    assertTrue(refusal(model(UPSAMPLER)).endsWith("it has 1 priors where the VQ-VAE has 2 levels"));
    assertRefused("it is the prior of level 0 by its place, but its level is 1", with("level", 1));
    assertRefused("sr is 44100 where the VQ-VAE has 22050", with("sr", 44100));
    assertRefused(
        "n_ctx 8196 is not divisible by 8, the codes of level 0 for one of level 1",
        with("n_ctx", 8196).replace("{\"n_ctx", "{\"blocks\": 4, \"n_ctx"));
    assertRefused(
        "attn_order 8 attends to a lyrics encoder, which needs use_tokens, n_tokens above 0 and no"
            + " single_enc_dec",
        with("attn_order", 8));
    assertRefused(
        "attn_order 12 attends to lyrics in the sequence: single_enc_dec", with("attn_order", 12));
    assertRefused(
        "labels is true, but y_bins (genres, artists) has no value",
        UPSAMPLER.replace("\"labels\": false", "\"labels\": true"));
    assertRefused("alignment_head 1 is not below heads 1", with("alignment_head", 1));
  }

  @Test
  void namesTheFileThatIsMissing() throws IOException {
    touch("v", "p0");
    Files.writeString(directory.resolve("model.json"), model(UPSAMPLER, TOP));
    assertEquals(
        directory.resolve("model.json")
            + ", restore_prior of priors[1]: "
            + directory.resolve("p1")
            + " does not exist",
        assertThrows(
                FileAccessException.class, () -> ModelFile.read(directory.resolve("model.json")))
            .getMessage());
    touch("p1");
    String ids = model(UPSAMPLER, TOP).replaceFirst("\\{", "{\"ids\": \"lists\", ");
    assertTrue(refusal(ids).endsWith("lists is not a directory of artist and genre lists"));
    String none = model(UPSAMPLER, TOP).replace(", \"restore_prior\": \"p1\"", "");
    assertTrue(refusal(none).endsWith("priors[1]: no file of weights is named"));
    Path missing = directory.resolve("nothing.json");
    assertThrows(FileAccessException.class, () -> ModelFile.read(missing));
  }

  @Test
  void aReleasedFileCanBeNamedByItsAddress() throws IOException {
    touch("p0", "p1");
    String address = "https://openaipublic.azureedge.net/jukebox/models/5b/vqvae.pth.tar";
    ModelCache cache =
        ModelCache.builder()
            .environment(Map.of())
            .directory(directory.resolve("cache"))
            .offline(true)
            .build();
    Path file = directory.resolve("cache/models/5b/vqvae.pth.tar");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
    Files.writeString(
        directory.resolve("model.json"),
        model(UPSAMPLER, TOP)
            .replace("\"restore_vqvae\": \"v\"", "\"restore_vqvae\": \"" + address + "\""));
    ModelSpec model =
        ModelFile.read(directory.resolve("model.json"), cache, Optional.empty(), warning -> {});
    assertEquals(Location.of(file), model.vqvaeWeights());
  }

  @Test
  void theReleasedModelsAreComplete() {
    List<String> tops = new ArrayList<>();
    for (String name : NamedModels.names()) {
      ModelDescription model = NamedModels.description(name);
      assertEquals(name, model.name());
      assertEquals(3, model.priors().size());
      tops.add(
          model
              .priors()
              .get(2)
              .orElseThrow()
              .stringOf("restore_prior")
              .replaceFirst(".*models/", ""));
      assertTrue(model.ids().get().startsWith("hub:openai/"));
    }
    assertEquals(
        List.of(
            "5b/prior_level_2.pth.tar",
            "5b_lyrics/prior_level_2.pth.tar",
            "1b_lyrics/prior_level_2.pth.tar"),
        tops);
    assertEquals(
        "There is no released model \"1b\" among 5b, 5b_lyrics, 1b_lyrics; did you mean \"5b\"?; a"
            + " model of your own is given by the path of its model.json",
        assertThrows(
                InvalidInputException.class,
                () ->
                    NamedModels.spec(
                        "1b",
                        ModelCache.builder().environment(Map.of()).build(),
                        Optional.empty(),
                        warning -> {}))
            .getMessage());
  }

  private void assertRefused(String message, String upsampler) throws IOException {
    String refusal = refusal(model(upsampler, TOP));
    assertTrue(refusal.endsWith(", priors[0]: " + message), refusal);
  }

  private static String with(String name, int value) {
    return UPSAMPLER.replaceFirst("\\{", "{\"" + name + "\": " + value + ", ");
  }

  private static String model(String... priors) {
    return "{" + VQVAE + ", \"priors\": [" + String.join(", ", priors) + "]}";
  }

  private String refusal(String json) throws IOException {
    Files.writeString(directory.resolve("model.json"), json);
    return assertThrows(
            JukeboxException.class, () -> ModelFile.read(directory.resolve("model.json")))
        .getMessage();
  }

  private ModelSpec read(String json) throws IOException {
    Files.writeString(directory.resolve("model.json"), json);
    return ModelFile.read(directory.resolve("model.json"));
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(directory.resolve(name), "");
    }
  }
}
