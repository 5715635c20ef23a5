package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.golden.Relative;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every prior of the golden directory against what the original computed. */
class GoldenPriorTest {
  private static final double TOLERANCE = 1e-4;
  private static final SamplerSettings GREEDY = new SamplerSettings(0.99f, 1, 0);

  static List<String> models() {
    List<String> models = new ArrayList<>();
    JsonNode all = Golden.json("hparams.json");
    all.fieldNames()
        .forEachRemaining(
            name -> {
              if (Files.exists(Golden.directory().resolve(name + "_forward.npz"))) {
                models.add(name);
              }
            });
    return models;
  }

  static Stream<Arguments> cases() {
    List<String> models = models();
    assertTrue(models.size() >= 3, "golden priors found: " + models);
    return GoldenBackends.names()
        .flatMap(backend -> models.stream().map(model -> Arguments.of(backend, model)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreClose(String backendName, String model) {
    Map<String, NpyArray> golden = Golden.npz(model + "_forward.npz");
    List<int[]> z = GoldenModels.rows(golden.get("z"));
    try (Backend backend = GoldenBackends.open(backendName);
        Prior prior = load(backend, model);
        Conditioning conditioning = condition(prior, golden);
        DecodeSession session = prior.open(conditioning)) {
      List<float[]> logits = session.logits(z, 7);
      for (int item = 0; item < z.size(); item++) {
        Relative.assertClose(
            GoldenModels.floatRow(golden.get("preds"), item),
            logits.get(item),
            TOLERANCE,
            model + " logits of item " + item);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bitsAreTheLossOfTheOriginal(String backendName, String model) {
    Map<String, NpyArray> golden = Golden.npz(model + "_forward.npz");
    List<int[]> z = GoldenModels.rows(golden.get("z"));
    double expected = golden.get("gen_loss").doubles()[0];
    try (Backend backend = GoldenBackends.open(backendName);
        Prior prior = load(backend, model)) {
      for (int chunk : new int[] {1, 7, 1000}) {
        try (Conditioning conditioning = condition(prior, golden);
            DecodeSession session = prior.open(conditioning)) {
          double mean =
              session.bits(z, chunk).stream()
                  .flatMapToDouble(Arrays::stream)
                  .average()
                  .orElseThrow();
          assertEquals(expected, mean, TOLERANCE * expected, model + " in chunks of " + chunk);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void conditioningIsClose(String backendName, String model) {
    Map<String, NpyArray> golden = Golden.npz(model + "_forward.npz");
    try (Backend backend = GoldenBackends.open(backendName);
        Prior prior = load(backend, model);
        Conditioning conditioning = condition(prior, golden)) {
      if (golden.containsKey("y_cond")) {
        Relative.assertClose(
            golden.get("y_cond").floats(),
            backend.downloadFloats(conditioning.start()),
            TOLERANCE,
            model + " start");
      }
      if (golden.containsKey("encoder_kv")) {
        Relative.assertClose(
            golden.get("encoder_kv").floats(),
            backend.downloadFloats(conditioning.encoded().orElseThrow()),
            TOLERANCE,
            model + " encoded lyrics");
      }
      if (golden.containsKey("x_cond")) {
        assertTrue(conditioning.xCond().isPresent(), model + " has conditioning");
        float[] xCond = backend.downloadFloats(conditioning.xCond().get());
        int width = prior.config().width();
        int lyrics = prior.config().primeLength() * width;
        int codes = prior.config().nCtx() * width;
        for (int item = 0; item < conditioning.batch(); item++) {
          int start = item * (lyrics + codes) + lyrics;
          Relative.assertClose(
              GoldenModels.floatRow(golden.get("x_cond"), item),
              Arrays.copyOfRange(xCond, start, start + codes),
              TOLERANCE,
              model + " conditioning of item " + item);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void greedyContinuationsAreExact(String backendName, String model) {
    Map<String, NpyArray> golden = Golden.npz(model + "_forward.npz");
    List<String> chunks =
        golden.keySet().stream().filter(name -> name.startsWith("greedy_chunk_")).toList();
    assertTrue(!chunks.isEmpty(), "no greedy runs of " + model);
    try (Backend backend = GoldenBackends.open(backendName);
        Prior prior = load(backend, model)) {
      for (String name : chunks) {
        String size = name.substring("greedy_chunk_".length());
        int chunk = size.equals("None") ? prior.config().nCtx() : Integer.parseInt(size);
        List<int[]> expected = GoldenModels.rows(golden.get(name));
        List<int[]> prompt =
            GoldenModels.rows(golden.get("z")).stream()
                .map(item -> Arrays.copyOf(item, item.length / 2))
                .toList();
        List<int[]> drawn = greedy(prior, golden, prompt, chunk);
        for (int item = 0; item < expected.size(); item++) {
          int[] all = expected.get(item);
          assertArrayEquals(
              Arrays.copyOfRange(all, prompt.get(item).length, all.length),
              drawn.get(item),
              model + " " + name + " item " + item);
        }
      }
    }
  }

  /** A batch and its items alone, any chunk size: the same codes from the same seed. */
  @Test
  void batchesAndChunksChangeNoCode() {
    SamplerSettings settings = new SamplerSettings(0.99f, 0, 0);
    for (String model : models()) {
      Map<String, NpyArray> golden = Golden.npz(model + "_forward.npz");
      try (Backend backend = GoldenBackends.open("auto");
          Prior prior = load(backend, model)) {
        List<int[]> prompt =
            GoldenModels.rows(golden.get("z")).stream()
                .map(item -> Arrays.copyOf(item, item.length / 3))
                .toList();
        int[] both = IntStream.range(0, prompt.size()).toArray();
        List<int[]> together = draw(prior, golden, prompt, both, 5, settings);
        assertTrue(prompt.size() > 1, "a batch of one shows nothing");
        for (int item : both) {
          List<int[]> alone =
              draw(prior, golden, List.of(prompt.get(item)), new int[] {item}, 64, settings);
          assertArrayEquals(together.get(item), alone.get(0), model + " item " + item);
        }
        assertEquals(prompt.size(), together.size());
      }
    }
  }

  private static List<int[]> greedy(
      Prior prior, Map<String, NpyArray> golden, List<int[]> prompt, int chunk) {
    int[] items = IntStream.range(0, prompt.size()).toArray();
    return draw(prior, golden, prompt, items, chunk, GREEDY);
  }

  private static List<int[]> draw(
      Prior prior,
      Map<String, NpyArray> golden,
      List<int[]> prompt,
      int[] items,
      int chunk,
      SamplerSettings settings) {
    List<long[]> y = y(golden, prior);
    List<int[]> above = above(golden, prior);
    List<long[]> ownY = Arrays.stream(items).mapToObj(y::get).toList();
    List<int[]> ownAbove =
        prior.config().isTop() ? List.of() : Arrays.stream(items).mapToObj(above::get).toList();
    int missing = prior.config().nCtx() - prompt.get(0).length;
    try (Conditioning conditioning = prior.condition(ownY, ownAbove);
        DecodeSession session = prior.open(conditioning)) {
      session.prefill(prompt, chunk);
      for (int i = 0; i < missing; i++) {
        session.step(settings, 7, items, prompt.get(0).length + i);
      }
      return session.lastCodes(missing);
    }
  }

  private static Conditioning condition(Prior prior, Map<String, NpyArray> golden) {
    return prior.condition(y(golden, prior), above(golden, prior));
  }

  private static List<long[]> y(Map<String, NpyArray> golden, Prior prior) {
    if (!prior.config().labels()) {
      return Collections.nCopies(golden.get("z").shape()[0], new long[0]);
    }
    return GoldenModels.rows(golden.get("y")).stream()
        .map(row -> Arrays.stream(row).asLongStream().toArray())
        .toList();
  }

  private static List<int[]> above(Map<String, NpyArray> golden, Prior prior) {
    return prior.config().isTop() ? List.of() : GoldenModels.rows(golden.get("z_cond"));
  }

  private static Prior load(Backend backend, String model) {
    VqVaeConfig vqvae = VqVaeConfig.of(GoldenModels.hyperparams("vqvae"));
    PriorConfig config = PriorConfig.of(GoldenModels.hyperparams(model), vqvae);
    try (WeightSource source =
        WeightSource.prior(Golden.file(model + ".pth.tar"), config.level(), vqvae.levels())) {
      WeightReader reader = new WeightReader(source);
      Prior prior = new Prior(backend, config, reader, DType.F32);
      reader.finish();
      return prior;
    }
  }
}
