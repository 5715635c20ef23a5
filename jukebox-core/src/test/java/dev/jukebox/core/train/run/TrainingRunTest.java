package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.train.run.TinyRuns.Losses;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.error.CancelledException;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of training on synthesised songs. */
class TrainingRunTest {

  @TempDir private Path directory;

  private Path music(int songs, double seconds) {
    Path music = directory.resolve("music");
    Melodies.write(music, songs, seconds, TinyRuns.SAMPLE_RATE);
    return music;
  }

  private static TrainResult run(Hyperparams hps, TrainListener listener) {
    try (Backend backend = GoldenBackends.open("cpp")) {
      TrainResult result = TrainingRun.run(TrainSetup.of(hps), backend, listener);
      assertEquals(0, backend.liveBytes(), "bytes that a run left");
      return result;
    }
  }

  /** From nothing, on a minute of music: both losses fall as far as they must in so many steps. */
  @Test
  void aVqVaeAndAPriorLearnAMinuteOfMusic() {
    Path music = music(6, 10);
    Losses vqvae = Losses.ofAll();
    TrainResult first =
        run(TinyRuns.vqvae(directory, music, Map.of("epochs", 6, "test", true)), vqvae);
    assertTrue(vqvae.mean(-20) < 0.4 * vqvae.mean(20), "VQ-VAE: " + vqvae.all());
    assertTrue(first.metrics().get("test_loss") < 0.4 * vqvae.mean(20), first.toString());

    Losses prior = Losses.ofAll();
    TrainResult second =
        run(
            TinyRuns.prior(
                directory,
                music,
                first.checkpoint().orElseThrow(),
                Map.of("epochs", 6, "test", true)),
            prior);
    assertTrue(prior.mean(-20) < 0.8 * prior.mean(20), "prior: " + prior.all());
    assertTrue(second.metrics().get("test_bpd") < 0.8 * prior.mean(20), second.toString());
    assertTrue(Files.exists(second.model().orElseThrow()));
  }

  /** Stopped in the middle of an epoch and resumed: the same losses and the same weights. */
  @Test
  void aResumedRunGivesTheSameNumbers() {
    Path music = music(3, 6);
    Map<String, Object> settings =
        Map.of(
            "epochs", 2, "width", 8, "iters_before_update", 2, "cpu_ema", true, "cpu_ema_freq", 3);
    Losses whole = Losses.ofAll();
    TrainResult expected =
        run(TinyRuns.vqvae(directory, music, with(settings, "name", "a")), whole);
    for (int stop : List.of(2, whole.all().size() / 2 + 2)) {
      assertResumed(
          whole, expected, stop, with(settings, "name", "b" + stop), "restore_vqvae", music);
    }
  }

  @Test
  void aResumedPriorGivesTheSameNumbers() {
    Path music = music(3, 6);
    Path vqvae =
        run(TinyRuns.vqvae(directory, music, Map.of("width", 8)), Losses.ofAll())
            .checkpoint()
            .orElseThrow();
    Map<String, Object> settings = Map.of("prior", true, "fp16", true, "fp16_opt", true);
    Losses whole = Losses.ofAll();
    Map<String, Object> base = new LinkedHashMap<>(settings);
    base.put("width", 8);
    base.put("epochs", 2);
    TrainResult expected =
        run(TinyRuns.prior(directory, music, vqvae, with(base, "name", "a")), whole);
    Losses first = new Losses(7);
    assertThrows(
        CancelledException.class,
        () -> run(TinyRuns.prior(directory, music, vqvae, with(base, "name", "b")), first));
    Path kept = directory.resolve("b/checkpoint_latest.pth.tar");
    Losses second = Losses.ofAll();
    TrainResult resumed =
        run(
            TinyRuns.prior(
                directory,
                music,
                vqvae,
                with(with(base, "name", "b"), "restore_prior", kept.toString())),
            second);
    List<Double> all = new ArrayList<>(first.all());
    all.addAll(second.all());
    assertEquals(whole.all(), all);
    assertSameWeights(expected, resumed);
  }

  private void assertResumed(
      Losses whole,
      TrainResult expected,
      int stop,
      Map<String, Object> settings,
      String restore,
      Path music) {
    Losses first = new Losses(stop);
    assertThrows(
        CancelledException.class, () -> run(TinyRuns.vqvae(directory, music, settings), first));
    Path kept = checkpoint(directory.resolve(settings.get("name").toString()));
    Losses second = Losses.ofAll();
    TrainResult resumed =
        run(TinyRuns.vqvae(directory, music, with(settings, restore, kept.toString())), second);
    List<Double> all = new ArrayList<>(first.all());
    all.addAll(second.all());
    assertEquals(whole.all(), all);
    assertSameWeights(expected, resumed);
  }

  /** The checkpoint of the last step. */
  private static Path checkpoint(Path run) {
    try (Stream<Path> files = Files.list(run)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("checkpoint_step_"))
          .max(Comparator.comparing(TrainingRunTest::step))
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int step(Path checkpoint) {
    return Integer.parseInt(checkpoint.getFileName().toString().replaceAll("\\D", ""));
  }

  private static void assertSameWeights(TrainResult expected, TrainResult actual) {
    try (Checkpoint a = Checkpoint.open(expected.checkpoint().orElseThrow());
        Checkpoint b = Checkpoint.open(actual.checkpoint().orElseThrow())) {
      assertEquals(a.tensors().keySet(), b.tensors().keySet());
      assertFalse(a.tensors().isEmpty());
      a.tensors()
          .forEach(
              (name, tensor) ->
                  assertArrayEquals(tensor.toFloats(), b.tensors().get(name).toFloats(), name));
    }
  }

  private static Map<String, Object> with(Map<String, ?> settings, String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return more;
  }

  /** A loss that is no number ends the run, names the operation and spoils no checkpoint. */
  @Test
  void aLossThatIsNoNumberNamesTheOperation() {
    Path music = music(2, 6);
    ComputeException thrown =
        assertThrows(
            ComputeException.class,
            () ->
                run(
                    TinyRuns.vqvae(
                        directory,
                        music,
                        Map.of("lr", 1e30, "lr_warmup", 1.0, "clip", 1e30, "width", 8)),
                    Losses.ofAll()));
    assertTrue(
        thrown.getMessage().matches("(?s).*(the loss|the gradient) of step \\d+ .*"),
        thrown.getMessage());
    assertTrue(
        thrown.getMessage().matches("(?s).*(operation|parameter|first in) .*(coders\\.|sum).*"),
        thrown.getMessage());
    assertTrue(thrown.getMessage().contains("use a smaller lr"), thrown.getMessage());
  }

  @Test
  void aChunkThatDoesNotFitTheContextIsRefused() {
    Path music = music(1, 3);
    InvalidInputException thrown =
        assertThrows(
            InvalidInputException.class,
            () ->
                run(
                    TinyRuns.prior(
                        directory, music, directory.resolve("x"), Map.of("sample_length", 4100)),
                    Losses.ofAll()));
    assertTrue(thrown.getMessage().contains("expected 4096"), thrown.getMessage());
  }

  @Test
  void aChunkOfHalfAFrameIsRefused() {
    for (Map<String, ?> settings :
        List.of(
            Map.of("sample_length", 1024),
            Map.of("sample_length", 2048, "multispec_loss_n_fft", List.of(4096, 256, 128)))) {
      String message =
          assertThrows(
                  InvalidInputException.class,
                  () ->
                      run(
                          TinyRuns.vqvae(directory, directory.resolve("x"), settings),
                          Losses.ofAll()))
              .getMessage();
      Object length = settings.get("sample_length");
      assertTrue(message.contains("is " + length + ", but has to be above " + length), message);
    }
  }

  /** Where the last checkpoint cannot be written, the sentence says which one is good. */
  @Test
  void aRunWhoseLastCheckpointFailsNamesTheOneBefore() {
    Path music = music(2, 6);
    Map<String, Object> settings = Map.of("width", 8, "epochs", 2, "iters_before_update", 2);
    List<Long> steps = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    TrainListener blocking =
        new TrainListener() {
          @Override
          public void started(RunOverview overview) {
            block("checkpoint_step_" + overview.remainingSteps() + ".pth.tar");
            block("checkpoint_latest.pth.tar");
          }

          @Override
          public void stepped(StepReport report) {
            steps.add(report.step());
          }

          @Override
          public void warning(String sentence) {
            warnings.add(sentence);
          }
        };
    FileAccessException thrown =
        assertThrows(
            FileAccessException.class,
            () -> run(TinyRuns.vqvae(directory, music, settings), blocking));
    Path first = directory.resolve("vqvae/checkpoint_step_1.pth.tar");
    Path last = first.resolveSibling("checkpoint_step_" + steps.get(steps.size() - 1) + ".pth.tar");
    assertTrue(thrown.getMessage().startsWith("Cannot write " + last + ": "), thrown.getMessage());
    assertTrue(
        thrown.getMessage().endsWith("; the last good checkpoint is " + first),
        thrown.getMessage());
    assertTrue(Files.isRegularFile(first));
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).startsWith(first + " was saved, but "), warnings.toString());
  }

  /** A directory that is not empty stands where a file is to be written. */
  private void block(String name) {
    try {
      Files.createDirectories(directory.resolve("vqvae").resolve(name).resolve("inside"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSecondRunOfOneNameIsRefusedUnlessItGoesOn() throws IOException {
    Path music = music(2, 6);
    Map<String, Object> settings = Map.of("width", 8, "exit_train", 1.0);
    Path saved =
        run(TinyRuns.vqvae(directory, music, settings), Losses.ofAll()).checkpoint().orElseThrow();
    Path latest = saved.resolveSibling("checkpoint_latest.pth.tar");
    assertTrue(Files.isSameFile(saved, latest), "a second name, not a copy");
    String message =
        assertThrows(
                InvalidInputException.class,
                () -> run(TinyRuns.vqvae(directory, music, settings), Losses.ofAll()))
            .getMessage();
    assertTrue(message.contains("--restore_vqvae=" + latest), message);
    Map<String, Object> more =
        with(with(settings, "exit_train", 2.0), "restore_vqvae", latest.toString());
    assertEquals(2, run(TinyRuns.vqvae(directory, music, more), Losses.ofAll()).steps());
    // Nothing is written over by a run that only tests.
    Map<String, Object> testing = with(with(settings, "train", false), "test", true);
    run(TinyRuns.vqvae(directory, music, with(testing, "bs", 8)), Losses.ofAll());
  }
}
