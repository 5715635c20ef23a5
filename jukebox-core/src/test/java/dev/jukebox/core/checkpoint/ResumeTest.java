package dev.jukebox.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.SmallModel;
import dev.jukebox.core.weights.store.FileTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResumeTest {
  @TempDir Path directory;

  static Stream<Arguments> cases() {
    return GoldenBackends.names()
        .flatMap(
            name -> Stream.of("easy", "all_fp16", "cpu_ema").map(set -> Arguments.of(name, set)));
  }

  static Hyperparams hps(String set) {
    Map<String, Object> overrides = new LinkedHashMap<>();
    overrides.put("mu", 0.7);
    overrides.put("lr", 0.05);
    overrides.put("lr_warmup", 4);
    overrides.put("cpu_ema_freq", 3);
    overrides.put("y_bins", List.of(3, 4));
    return SmallModel.hps(set, overrides);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resumedRunsGoOnAsIfTheyHadNotStopped(String backend, String set) {
    Path path = directory.resolve("checkpoint_latest.pth.tar");
    try (Run whole = new Run(backend, hps(set), 1);
        Run resumed = new Run(backend, hps(set), 2)) {
      whole.train(1, 5);
      Map<String, Object> extras = new LinkedHashMap<>();
      extras.put("epoch", 3L);
      extras.put("threshold", 0.5);
      extras.put("k_sum", FileTensor.ofFloats(new float[] {1.25f, -3, 0.1f}, 3));
      whole.state(extras).write(path);
      whole.train(6, 11);

      try (SavedRun run = SavedRun.open(path)) {
        assertTrue(run.isExact());
        assertEquals(5, run.step());
        assertEquals(whole.hps, run.hyperparams());
        assertEquals(3L, run.extras().get("epoch"));
        assertEquals(0.5, run.extras().get("threshold"));
        assertArrayEquals(
            new float[] {1.25f, -3, 0.1f}, ((FileTensor) run.extras().get("k_sum")).toFloats());
        run.resume(resumed.parameters(), resumed.layout, resumed.optimizer);
      }
      assertEquals(1, resumed.backend.downloadFloats(resumed.codebook)[0]);
      resumed.train(6, 11);

      Run.assertSame(whole.model.values(), resumed.model.values());
      Run.assertSame(whole.averages(), resumed.averages());
      assertEquals(whole.optimizer.lossScale(), resumed.optimizer.lossScale());
      assertEquals(11, resumed.optimizer.steps());
      Path one = directory.resolve("one.pth.tar");
      Path two = directory.resolve("two.pth.tar");
      whole.state(Map.of()).write(one);
      resumed.backend.upload(resumed.codebook, whole.backend.downloadFloats(whole.codebook));
      resumed.state(Map.of()).write(two);
      assertEquals(-1, mismatch(one, two));
    }
  }

  private static long mismatch(Path one, Path two) {
    try {
      return Files.mismatch(one, two);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theModelOfACheckpointIsTheAverage() {
    Path path = directory.resolve("average.pth.tar");
    try (Run run = new Run("java", hps("easy"), 1);
        Run loaded = new Run("java", hps("easy"), 2)) {
      run.train(1, 3);
      run.state(Map.of()).write(path);
      try (SavedRun saved = SavedRun.open(path)) {
        assertTrue(saved.load(loaded.parameters(), loaded.layout, FineTuning.none()).isEmpty());
      }
      float[] average = run.averages().get(0);
      assertArrayEquals(average, loaded.model.values().get(0));
      assertEquals(0, loaded.optimizer.steps());
    }
  }

  @Test
  void storesAnAverageOnce() throws java.io.IOException {
    Path path = directory.resolve("size.pth.tar");
    try (Run run = new Run("java", hps("easy"), 1)) {
      run.state(Map.of()).write(path);
      try (SavedRun saved = SavedRun.open(path)) {
        assertEquals(0, saved.step());
      }
      // Parameters, averages, moments of a run that has not begun: 6 raw, 6 averages, 3 in F16, a
      // codebook.
      try (java.util.zip.ZipFile zip = new java.util.zip.ZipFile(path.toFile())) {
        assertEquals(
            6 + 6 + 3 + 1, zip.stream().filter(e -> e.getName().contains("/data/")).count());
      }
    }
  }
}
