package dev.jukebox.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Training through the API, on seconds of synthesised music. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainTest {

  private Path music;
  private Path output;
  private final Hearing heard = new Hearing(Long.MAX_VALUE);
  private TrainResult vqvae;

  /** Remembers what it was told, and cancels once so many steps were taken. */
  private static final class Hearing implements TrainListener {
    private final long lastStep;
    private final List<TrainStart> starts = new ArrayList<>();
    private final List<TrainProgress> steps = new ArrayList<>();
    private final List<Path> saved = new ArrayList<>();
    private final List<Map<String, Double>> evaluations = new ArrayList<>();

    private Hearing(long lastStep) {
      this.lastStep = lastStep;
    }

    @Override
    public void started(TrainStart start) {
      starts.add(start);
    }

    @Override
    public void step(TrainProgress progress) {
      assertFalse(starts.isEmpty(), "a step before the start");
      steps.add(progress);
    }

    @Override
    public void evaluated(int epoch, Map<String, Double> metrics) {
      evaluations.add(metrics);
    }

    @Override
    public void saved(Path checkpoint) {
      saved.add(checkpoint);
    }

    @Override
    public boolean isCancelled() {
      return !steps.isEmpty() && steps.get(steps.size() - 1).step() >= lastStep;
    }
  }

  @BeforeAll
  void trainVqvae(@TempDir Path directory) {
    music = TrainingMusic.write(directory.resolve("music"));
    output = directory.resolve("logs");
    vqvae = Jukebox.train(TrainingMusic.vqvae(music, output).test(true).build(), heard);
  }

  @Test
  void theListenerHearsOfEveryStep() {
    TrainStart start = heard.starts.get(0);
    assertEquals(1, heard.starts.size());
    assertEquals("a VQ-VAE of 2 levels", start.subject());
    assertEquals(output.resolve("vqvae"), start.directory());
    assertEquals(TrainingMusic.SONGS, start.songs());
    assertTrue(start.chunks() > 40, start.toString());
    assertTrue(start.parameters() > 500, start.toString());
    assertEquals(0, start.step());
    assertEquals(start.batchesPerEpoch(), start.lastStep());
    assertEquals(start.lastStep(), heard.steps.size());
    for (int i = 0; i < heard.steps.size(); i++) {
      TrainProgress step = heard.steps.get(i);
      assertEquals(i + 1, step.step());
      assertEquals(i, step.batch());
      assertTrue(step.taken());
      assertTrue(Double.isFinite(step.loss()));
      assertTrue(step.secondsPerStep() > 0);
      assertTrue(step.metrics().containsKey("recons_loss"), step.metrics().toString());
      assertTrue(step.metrics().containsKey("gn"), step.metrics().toString());
    }
    assertEquals(0, heard.steps.get(heard.steps.size() - 1).secondsLeft());
    assertEquals(1, heard.evaluations.size());
    assertTrue(heard.evaluations.get(0).containsKey("test_loss"));
  }

  @Test
  void theResultNamesItsFiles() {
    Path checkpoint = vqvae.checkpoint().orElseThrow();
    assertEquals(heard.saved.get(heard.saved.size() - 1), checkpoint);
    assertTrue(Files.isRegularFile(checkpoint));
    assertEquals(Optional.empty(), vqvae.model());
    assertEquals(heard.steps.size(), vqvae.steps());
    assertTrue(vqvae.metrics().containsKey("loss"), vqvae.metrics().toString());
    assertTrue(vqvae.metrics().containsKey("test_loss"), vqvae.metrics().toString());
  }

  @Test
  void theNewestCheckpointHasANameThatStays() throws IOException {
    Path checkpoint = vqvae.checkpoint().orElseThrow();
    Path latest = checkpoint.resolveSibling("checkpoint_latest.pth.tar");
    assertEquals(-1, Files.mismatch(checkpoint, latest));
  }

  @Test
  void aPriorIsTrainedOnTheCodes() {
    TrainRequest request =
        TrainingMusic.prior(music, output, vqvae.checkpoint().orElseThrow())
            .set("exit_train", 3)
            .build();
    TrainResult result = Jukebox.train(request);
    assertEquals(3, result.steps());
    assertEquals(output.resolve("prior/model.json"), result.model().orElseThrow());
    assertTrue(Files.exists(result.model().orElseThrow()));
    double bits = result.metrics().get("bpd");
    assertEquals(3, bits, 0.5, "eight codes need about three bits");
  }

  @Test
  void cancellingSavesAndResumingGoesOn() {
    Hearing cancelling = new Hearing(2);
    TrainRequest.Builder request = TrainingMusic.vqvae(music, output).name("cancelled");
    CancelledException stopped =
        assertThrows(CancelledException.class, () -> Jukebox.train(request.build(), cancelling));
    Path checkpoint = cancelling.saved.get(cancelling.saved.size() - 1);
    assertTrue(stopped.getMessage().contains("2 steps"), stopped.getMessage());
    assertTrue(stopped.getMessage().contains(checkpoint.toString()), stopped.getMessage());
    assertTrue(Files.exists(checkpoint));

    Hearing resumed = new Hearing(Long.MAX_VALUE);
    TrainResult result = Jukebox.train(request.restoreVqvae(checkpoint).build(), resumed);
    assertEquals(2, resumed.starts.get(0).step());
    assertEquals(vqvae.steps(), resumed.starts.get(0).lastStep());
    assertEquals(3, resumed.steps.get(0).step());
    assertEquals(vqvae.steps(), result.steps());
    for (int i = 0; i < resumed.steps.size(); i++) {
      assertEquals(heard.steps.get(i + 2).loss(), resumed.steps.get(i).loss());
    }
  }

  @Test
  void aRunThatEndedWithinAnEpochGoesOnWithinIt() {
    TrainRequest.Builder request = TrainingMusic.vqvae(music, output).name("parts");
    TrainResult part = Jukebox.train(request.set("exit_train", 4).build());
    assertEquals(4, part.steps());
    Hearing resumed = new Hearing(Long.MAX_VALUE);
    Jukebox.train(
        request.set("exit_train", 6).restoreVqvae(part.checkpoint().orElseThrow()).build(),
        resumed);
    assertEquals(2, resumed.steps.size());
    assertEquals(6, resumed.starts.get(0).lastStep());
    assertEquals(0, resumed.steps.get(1).secondsLeft());
    assertEquals(heard.steps.get(4).loss(), resumed.steps.get(0).loss());
    assertEquals(heard.steps.get(5).loss(), resumed.steps.get(1).loss());
  }

  @Test
  void songsAreDescribedByACallback() throws IOException {
    TrainRequest request =
        TrainingMusic.prior(music, output, vqvae.checkpoint().orElseThrow())
            .name("labelled")
            .hps("small_labelled_prior")
            .labels(true)
            .set("min_duration", 1)
            .set("max_duration", 10)
            .set("y_bins", List.of(2, 2))
            .set("exit_train", 1)
            .metadata(
                file ->
                    Optional.of(
                        SongInfo.of(file.getParent().getFileName().toString(), "slow blues")))
            .build();
    Hearing hearing = new Hearing(Long.MAX_VALUE);
    Jukebox.train(request, hearing);
    String notes = String.join("\n", hearing.starts.get(0).notes());
    assertTrue(notes.contains("3 artists and 1 genres"), notes);
    String artists = Files.readString(output.resolve("labelled/ids/v3_artist_ids.txt"));
    assertTrue(artists.contains("artist_2"), artists);
  }
}
