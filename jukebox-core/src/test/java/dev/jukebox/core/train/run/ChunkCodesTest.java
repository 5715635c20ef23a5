package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.audio.AudioReader;
import dev.jukebox.core.data.Batch;
import dev.jukebox.core.data.BatchStream;
import dev.jukebox.core.data.DataSettings;
import dev.jukebox.core.data.TrainingData;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.vqvae.VqVae;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks of a prior's training, cut from the codes of whole songs. */
class ChunkCodesTest {
  private static final int TOP_HOP = 32;

  @TempDir private Path directory;
  private Path music;
  private Path vqvae;

  @BeforeEach
  void train() {
    music = directory.resolve("music");
    Melodies.write(music, 3, 3.3, TinyRuns.SAMPLE_RATE);
    vqvae =
        run(TinyRuns.vqvae(directory, music, Map.of("width", 8)), TinyRuns.Losses.ofAll())
            .checkpoint()
            .orElseThrow();
  }

  private static TrainResult run(Hyperparams hps, TrainListener listener) {
    try (Backend backend = GoldenBackends.open("cpp")) {
      return TrainingRun.run(TrainSetup.of(hps), backend, listener);
    }
  }

  @Test
  void chunksBeginAtCodesOfTheirSong() {
    Hyperparams hps =
        TinyRuns.prior(
            directory,
            music,
            vqvae,
            Map.of("width", 8, "cache_codes", true, "aug_shift_unit", TOP_HOP));
    Set<Long> offsets = new HashSet<>();
    int chunks = 0;
    try (Backend backend = GoldenBackends.open("cpp");
        WeightSource source = WeightSource.vqvae(vqvae);
        VqVae model = new VqVae(backend, VqVaeConfig.of(hps), new WeightReader(source));
        ChunkCodes cached =
            ChunkCodes.cached(model, directory.resolve("cache"), SongCodes.identity(vqvae));
        TrainingData data = TrainingData.builder(DataSettings.of(hps)).open();
        BatchStream batches = data.train().epoch(0, 0)) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        List<int[]> top = cached.of(batch, 1);
        List<int[]> fine = cached.of(batch, 0);
        for (int n = 0; n < batch.size(); n++, chunks++) {
          Batch.Origin origin = batch.origins().get(n);
          assertEquals(0, origin.offset() % TOP_HOP);
          offsets.add(origin.offset());
          assertArrayEquals(expected(model, origin, batch.sampleLength(), 1), top.get(n));
          assertArrayEquals(expected(model, origin, batch.sampleLength(), 0), fine.get(n));
        }
      }
    }
    assertNotEquals(0, chunks);
    assertNotEquals(1, offsets.size());
  }

  private static int[] expected(VqVae model, Batch.Origin origin, int samples, int level) {
    float[] song = AudioReader.load(origin.file(), TinyRuns.SAMPLE_RATE, true).channel(0);
    int hop = model.config().hop(level);
    int first = (int) (origin.offset() / hop);
    return Arrays.copyOfRange(model.encode(song, level), first, first + samples / hop);
  }

  @Test
  void aRunThatWasStoppedGoesOnFromTheKeptCodes() {
    Map<String, Object> settings = Map.of("width", 8, "epochs", 2, "cache_codes", true);
    TinyRuns.Losses whole = TinyRuns.Losses.ofAll();
    run(TinyRuns.prior(directory, music, vqvae, named("whole", settings)), whole);

    TinyRuns.Losses first = new TinyRuns.Losses(3);
    Hyperparams stopped = TinyRuns.prior(directory, music, vqvae, named("two", settings));
    assertThrows(RuntimeException.class, () -> run(stopped, first));
    Map<String, Object> resumed = new LinkedHashMap<>(named("two", settings));
    resumed.put("restore_prior", directory.resolve("two").toString());
    TinyRuns.Losses second = TinyRuns.Losses.ofAll();
    run(TinyRuns.prior(directory, music, vqvae, resumed), second);

    List<Double> both = new ArrayList<>(first.all());
    both.addAll(second.all());
    assertEquals(whole.all(), both);
  }

  private static Map<String, Object> named(String name, Map<String, Object> settings) {
    Map<String, Object> all = new LinkedHashMap<>(settings);
    all.put("name", name);
    return all;
  }

  @Test
  void randomMixingOfChannelsIsRefused() {
    Hyperparams hps =
        TinyRuns.prior(directory, music, vqvae, Map.of("cache_codes", true, "aug_blend", true));
    assertEquals(
        "cache_codes encodes each song once, which aug_blend's random mixing of the channels"
            + " forbids: leave one of the two out",
        assertThrows(InvalidInputException.class, () -> run(hps, TinyRuns.Losses.ofAll()))
            .getMessage());
  }
}
