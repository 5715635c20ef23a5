package dev.jukebox.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.JukeboxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request holds, and what cannot be trained is said in one sentence. */
class TrainRequestTest {

  @TempDir private Path directory;

  @Test
  void setsAndShortcutsAreHyperparameters() {
    TrainRequest request =
        TrainRequest.builder()
            .hps("small_vqvae", "small_prior")
            .name("mine")
            .audioDirectory(Path.of("music"))
            .outputDirectory(Path.of("out"))
            .sampleLength(65536)
            .batchSize(4)
            .epochs(7)
            .learningRate(1e-4)
            .labels(false)
            .priorLevel(1)
            .restoreVqvae(Path.of("v.pth.tar"))
            .restorePrior(Path.of("p.pth.tar"))
            .test(true)
            .set("beta2", 0.99f)
            .setText("downs_t", "(3, 2)")
            .setText("min_duration", "none")
            .build();
    assertEquals(Optional.of("mine"), request.value("name"));
    assertEquals(Optional.of("music"), request.value("audio_files_dir"));
    assertEquals(Optional.of("out"), request.value("local_logdir"));
    assertEquals(Optional.of(65536L), request.value("sample_length"));
    assertEquals(Optional.of(4L), request.value("bs"));
    assertEquals(Optional.of(7L), request.value("epochs"));
    assertEquals(Optional.of(1e-4), request.value("lr"));
    assertEquals(Optional.of(false), request.value("labels"));
    assertEquals(Optional.of(true), request.value("prior"));
    assertEquals(Optional.of(1L), request.value("level"));
    assertEquals(Optional.of("v.pth.tar"), request.value("restore_vqvae"));
    assertEquals(Optional.of("p.pth.tar"), request.value("restore_prior"));
    assertEquals(Optional.of(true), request.value("train"));
    assertEquals(Optional.of(true), request.value("test"));
    assertEquals(Optional.of(0.99), request.value("beta2"));
    assertEquals(Optional.of(List.of(3L, 2L)), request.value("downs_t"));
    assertEquals(Optional.empty(), request.value("min_duration"));
    assertEquals(Optional.of(8192L), request.value("n_ctx"));
  }

  @Test
  void listsAreExtendedWhereThatIsAskedFor() {
    TrainRequest.Builder builder = TrainRequest.builder().name("tuned");
    assertFalse(builder.build().extendIds());
    assertTrue(builder.extendIds().build().extendIds());
  }

  @Test
  void whatIsKnownIsListed() {
    List<HyperparameterInfo> all = Jukebox.hyperparameters();
    assertTrue(all.size() > 150, all.size() + " hyperparameters");
    HyperparameterInfo train =
        all.stream().filter(known -> known.name().equals("train")).findFirst().orElseThrow();
    assertTrue(train.flag());
    HyperparameterInfo rate =
        all.stream().filter(known -> known.name().equals("lr")).findFirst().orElseThrow();
    assertFalse(rate.flag());
    assertTrue(rate.meaning().contains("learning rate"), rate.meaning());
    HyperparameterSet prior =
        Jukebox.hyperparameterSets().stream()
            .filter(set -> set.name().equals("small_prior"))
            .findFirst()
            .orElseThrow();
    assertEquals(Optional.of(8192L), prior.values().get("n_ctx"));
  }

  @Test
  void unknownNamesAreRefused() {
    refused(TrainRequest.builder().hps("small_vqva"), "small_vqva", "small_vqvae");
    refused(TrainRequest.builder().set("learning_rate", 1), "learning_rate", "did you mean");
    refused(TrainRequest.builder().set("bs", "four"), "bs", "an integer of 1 or more");
    refused(TrainRequest.builder().set("downs_t", new int[] {1}), "downs_t has 1 entries");
  }

  @Test
  void whatCannotBeTrainedIsRefused() {
    Path music = TrainingMusic.write(directory.resolve("music"));
    Path out = directory.resolve("logs");
    refused(TrainingMusic.vqvae(music, out).name(""), "name is missing");
    refused(TrainingMusic.vqvae(music, out).train(false), "nothing to do");
    refused(TrainingMusic.vqvae(music, out).sampleLength(2050), "sample_length is 2050", "2048");
    refused(TrainingMusic.vqvae(directory.resolve("none"), out), "none");
    refused(TrainingMusic.vqvae(directory.resolve("logs"), out), "logs");
    refused(TrainingMusic.vqvae(music, out).set("min_duration", 60), "min_duration");
    refused(TrainingMusic.prior(music, out, Path.of("no.pth.tar")), "no.pth.tar");
    refused(
        TrainingMusic.vqvae(music, out)
            .options(JukeboxOptions.builder().backend("quantum").build()),
        "unknown backend quantum");
  }

  private static void refused(TrainRequest.Builder request, String... words) {
    JukeboxException refusal =
        assertThrows(JukeboxException.class, () -> Jukebox.train(request.build()));
    for (String word : words) {
      assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }
    assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
  }
}
