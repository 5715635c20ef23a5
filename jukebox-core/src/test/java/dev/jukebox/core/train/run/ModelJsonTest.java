package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.ModelFile;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run writes of its model is what sampling reads. */
class ModelJsonTest {
  /** A name that code asks hyperparameters for. */
  private static final Pattern ASKED =
      Pattern.compile(
          "\\b(?:hps|prior|vqvae)(?:\\(\\))?\\s*\\.(?:\\w+Of|optional\\w+)\\(\\s*\"(\\w+)\"");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "vqvae, upsampler_level_0",
    "vqvae, upsampler_level_1",
    "vqvae, prior_5b",
    "vqvae, prior_5b_lyrics",
    "vqvae, prior_1b_lyrics",
    "small_vqvae, small_upsampler",
    "small_vqvae, small_prior",
    "small_vqvae, small_labelled_prior",
    "small_vqvae, small_single_enc_dec_prior",
    "small_vqvae, small_sep_enc_dec_prior"
  })
  void everyHyperparameterOfTheModelIsReadBack(String vqvae, String prior) throws IOException {
    Map<String, Object> own = new HashMap<>();
    own.put("audio_files_dir", "music");
    own.put("train", true);
    own.put("prior", true);
    own.put("lr", 0.00017);
    own.put("aug_shift", true);
    own.put("revival_threshold", 0.25);
    own.put("save_iters", 7);
    own.put("restore_vqvae", "vqvae.pth.tar");
    own.put("min_duration", 1.5);
    own.put("max_duration", 600.25);
    if (prior.equals("small_upsampler") || prior.equals("small_prior")) {
      own.put("labels", false);
    }
    assertReadBack(HyperparamSets.standard().resolve(List.of(vqvae, prior), own), true);
  }

  @Test
  void nothingButDefaultsIsReadBack() throws IOException {
    HyperparamSets sets = HyperparamSets.standard();
    assertReadBack(sets.resolve(List.of(), Map.of("labels", false)), false);
  }

  private void assertReadBack(Hyperparams hps, boolean ids) throws IOException {
    Path run = Files.createDirectories(directory.resolve("logs/mine"));
    Path vqvae = Files.writeString(directory.resolve("vqvae.pth.tar"), "");
    Path checkpoint = Files.writeString(run.resolve("checkpoint_latest.pth.tar"), "");
    Path lists = Files.createDirectories(directory.resolve("lists"));
    Path file = run.resolve("model.json");
    ModelJson.write(file, hps, checkpoint, vqvae, ids ? Optional.of(lists) : Optional.empty());

    ModelSpec model = ModelFile.read(file);
    int level = hps.intOf("level");
    assertEquals(List.of(level), model.priorLevels());
    assertEquals(hps.intOf("levels"), model.priors().size());
    PriorSpec prior = model.priors().get(level).orElseThrow();
    for (String name : ModelJson.OF_VQVAE) {
      assertEquals(hps.valueOf(name), model.vqvae().valueOf(name), "vqvae: " + name);
    }
    for (String name : ModelJson.OF_PRIOR) {
      assertEquals(hps.valueOf(name), prior.hps().valueOf(name), "prior: " + name);
    }
    JsonNode written = new JsonMapper().readTree(Files.readString(file));
    assertHolds(written.path("vqvae"), ModelJson.OF_VQVAE, "restore_vqvae");
    assertHolds(written.path("priors").path(level), ModelJson.OF_PRIOR, "restore_prior");
    assertEquals(real(vqvae), real(model.vqvaeWeights().path().orElseThrow()));
    assertEquals(real(checkpoint), real(prior.weights().path().orElseThrow()));
    assertEquals(ids, model.ids().isPresent());
    if (ids) {
      assertEquals(real(lists), real(model.ids().orElseThrow().path().orElseThrow()));
    }
  }

  /** Nothing of the run, and no default. */
  private static void assertHolds(JsonNode section, List<String> names, String weights) {
    Hyperparams defaults = HyperparamSets.standard().defaults();
    Set<String> known = new HashSet<>(names);
    for (Map.Entry<String, JsonNode> entry : section.properties()) {
      String name = entry.getKey();
      assertTrue(name.equals(weights) || known.contains(name), name);
      Optional<Object> value = defaults.valueOf(name);
      assertNotEquals(value.map(Object::toString).orElse("null"), entry.getValue().asText(), name);
    }
  }

  @Test
  void whateverSamplingAsksForIsWritten() throws IOException {
    Set<String> known = new HashSet<>(ModelJson.OF_VQVAE);
    known.addAll(ModelJson.OF_PRIOR);
    known.addAll(List.of("restore_vqvae", "restore_prior"));
    Set<String> asked = new TreeSet<>();
    for (String part : List.of("align", "labels", "model", "prior", "runtime", "sample", "vqvae")) {
      try (Stream<Path> sources =
          Files.walk(Path.of("src/main/java/dev/jukebox/core").resolve(part))) {
        for (Path source : sources.filter(Files::isRegularFile).toList()) {
          ASKED.matcher(Files.readString(source)).results().forEach(m -> asked.add(m.group(1)));
        }
      }
    }
    assertTrue(asked.size() > 40, asked.toString());
    asked.removeAll(known);
    assertEquals(Set.of(), asked);
    Set<String> all = HyperparamSets.standard().defaults().names();
    known.removeAll(all);
    assertEquals(Set.of(), known);
  }

  @Test
  void anAddressStaysAnAddress() throws IOException {
    Hyperparams hps =
        HyperparamSets.standard().resolve(List.of("vqvae", "small_prior"), Map.of("labels", false));
    Path file = directory.resolve("model.json");
    ModelJson.write(
        file, hps, directory.resolve("prior"), directory.resolve("cache/vqvae"), Optional.empty());
    String address = hps.stringOf("restore_vqvae");
    assertTrue(address.startsWith("https://"), address);
    assertEquals(
        address,
        new JsonMapper()
            .readTree(Files.readString(file))
            .path("vqvae")
            .path("restore_vqvae")
            .asText());
  }

  private static Path real(Path path) throws IOException {
    return path.toRealPath();
  }

  /** An upsampler that was put in by hand, and a head that was found, outlive later checkpoints. */
  @Test
  void whatADescriptionSaysBesideStays() throws IOException {
    Hyperparams hps =
        HyperparamSets.standard()
            .resolve(
                List.of("small_vqvae", "small_single_enc_dec_prior"),
                Map.of("name", "run", "level", 1, "restore_vqvae", "vqvae.pth.tar"));
    Path file = directory.resolve("model.json");
    Path checkpoint = directory.resolve("checkpoint_latest.pth.tar");
    ModelJson.write(file, hps, checkpoint, directory.resolve("vqvae.pth.tar"), Optional.empty());
    String first = Files.readString(file);
    String edited =
        first
            .replaceFirst("null", "{\"hps\": [\"small_upsampler\"], \"n_ctx\": 64}")
            .replaceFirst("\"restore_prior\"", "\"alignment_layer\": 3, \"restore_prior\"");
    assertNotEquals(first, edited);
    Files.writeString(file, edited);
    ModelJson.write(file, hps, checkpoint, directory.resolve("vqvae.pth.tar"), Optional.empty());
    JsonMapper mapper = JsonMapper.builder().build();
    assertEquals(mapper.readTree(edited), mapper.readTree(Files.readAllBytes(file)));
  }
}
