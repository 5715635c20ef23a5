package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.ModelFile;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run writes of its model is what sampling reads. */
class ModelJsonTest {
  private static final Set<String> NOT_OF_THE_MODEL =
      Set.of(
          "name",
          "local_logdir",
          "audio_files_dir",
          "restore_vqvae",
          "restore_prior",
          "train",
          "test",
          "prior",
          "seed",
          "bs",
          "nworkers");

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
  void everyHyperparameterIsReadBack(String vqvae, String prior) throws IOException {
    Map<String, Object> own = new HashMap<>();
    own.put("audio_files_dir", "music");
    own.put("train", true);
    own.put("prior", true);
    own.put("lr", 0.00017);
    own.put("aug_shift", true);
    own.put("revival_threshold", 0.25);
    own.put("save_iters", 7);
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
    int compared = 0;
    for (String name : hps.names()) {
      if (!NOT_OF_THE_MODEL.contains(name)) {
        assertEquals(hps.valueOf(name), model.vqvae().valueOf(name), "vqvae: " + name);
        assertEquals(hps.valueOf(name), prior.hps().valueOf(name), "prior: " + name);
        compared++;
      }
    }
    assertTrue(compared > 100, compared + " hyperparameters were compared");
    assertEquals(real(vqvae), real(model.vqvaeWeights()));
    assertEquals(real(checkpoint), real(prior.weights()));
    assertEquals(ids, model.ids().isPresent());
    if (ids) {
      assertEquals(real(lists), real(model.ids().orElseThrow()));
    }
  }

  private static Path real(Path path) throws IOException {
    return path.toRealPath();
  }
}
