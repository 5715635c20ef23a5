package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prior of short windows goes on with longer ones, and begins to hear lyrics anew. */
class PriorSurgeryTest {
  private static final String POSITIONS = "prior.pos_emb.pos_emb";
  private static final String LYRIC_POSITIONS = "prime_prior.pos_emb.pos_emb";
  private static final String ATTENTION = "prior.transformer._attn_mods.3.attn.c_attn.w";
  private static final int SAMPLE_LENGTH = 4096;
  private static final String MLP = "prior.transformer._attn_mods.3.mlp.c_fc.w";

  @TempDir private Path directory;
  private final List<Long> firstSteps = new ArrayList<>();

  private Path run(TrainSetup setup) {
    TrainListener listener =
        new TrainListener() {
          @Override
          public void started(RunOverview overview) {
            firstSteps.add(overview.step());
          }
        };
    try (Backend backend = GoldenBackends.open("cpp")) {
      return TrainingRun.run(setup, backend, listener).checkpoint().orElseThrow();
    }
  }

  private TrainSetup prior(Path music, Path vqvae, String name, Map<String, ?> more) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", name);
    values.put("width", 8);
    values.put("labels", true);
    values.put("labels_v3", true);
    values.put("min_duration", 2.0);
    values.put("max_duration", 60.0);
    values.put("t_bins", 8);
    values.put("ema", false);
    values.put("lr", 1e-30);
    values.put("prior_depth", 4);
    values.put("attn_order", 6);
    values.put("use_tokens", true);
    values.put("n_tokens", 4);
    values.put("n_vocab", 79);
    values.put("prime_width", 8);
    values.put("prime_depth", 1);
    values.put("sinusoidal_positions", true);
    values.putAll(more);
    return TrainSetup.of(TinyRuns.prior(directory, music, vqvae, values));
  }

  @Test
  void windowsGrowAboutTheirMiddleAndLyricsBeginAnew() throws IOException {
    Path music = directory.resolve("music");
    Melodies.write(music, 3, 4, TinyRuns.SAMPLE_RATE);
    Files.writeString(
        music.resolve("metadata.csv"),
        "file,artist,genre,lyrics\nsong0.wav,Zed,rock,one two three\n");
    Path vqvae = run(TrainSetup.of(TinyRuns.vqvae(directory, music, Map.of("width", 8))));
    Path base = run(prior(music, vqvae, "base", Map.of("seed", 1)));
    int nCtx = rows(base, POSITIONS);

    Map<String, Object> longer = new LinkedHashMap<>();
    longer.put("seed", 2);
    longer.put("n_ctx", 2 * nCtx);
    longer.put("sample_length", 2 * SAMPLE_LENGTH);
    longer.put("n_tokens", 8);
    longer.put("resize_positions", true);
    longer.put("fresh_lyrics", true);
    longer.put("restore_prior", base.toString());
    Path grown = run(prior(music, vqvae, "grown", longer));

    assertEquals(2 * nCtx, rows(grown, POSITIONS));
    assertEquals(8, rows(grown, LYRIC_POSITIONS));
    float[] before = values(base, POSITIONS);
    float[] after = values(grown, POSITIONS);
    int side = (after.length - before.length) / 2;
    assertArrayEquals(before, Arrays.copyOfRange(after, side, side + before.length), 1e-6f);
    assertArrayEquals(values(base, MLP), values(grown, MLP), 1e-6f);
    assertFalse(Arrays.equals(values(base, ATTENTION), values(grown, ATTENTION)));

    float[] attention = values(grown, ATTENTION);
    longer.put("restore_prior", grown.toString());
    longer.put("epochs", 3);
    Path again = run(prior(music, vqvae, "grown", longer));
    assertArrayEquals(attention, values(again, ATTENTION), 1e-6f);
    assertEquals(0, firstSteps.get(2));
    assertTrue(firstSteps.get(3) > 0, "a run that goes on from itself is not changed again");
  }

  private static int rows(Path checkpoint, String name) {
    try (WeightSource source = WeightSource.prior(checkpoint, 1, 2)) {
      return Math.toIntExact(source.get(name).shape()[0]);
    }
  }

  private static float[] values(Path checkpoint, String name) {
    try (WeightSource source = WeightSource.prior(checkpoint, 1, 2)) {
      return source.get(name).toFloats();
    }
  }
}
