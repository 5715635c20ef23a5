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
}
