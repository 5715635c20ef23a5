package dev.jukebox.core.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.model.ModelFile;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.safetensors.ScaledTensors;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPackerTest {
  private static final Path DESCRIPTION = Golden.file("model_prior_1b_lyrics.json");
  private static final int DRAWS = 6;

  @TempDir private Path directory;

  @Test
  void aPackedModelIsReadLikeAnyOther() throws IOException {
    ModelSpec original = ModelFile.read(DESCRIPTION);
    ModelSpec packed = pack(PackedType.I8);
    assertEquals(original.name(), packed.name());
    for (int level = 0; level < 3; level++) {
      assertEquals(3, packed.priors().size());
      assertEquals(
          prior(original, level).hps().valueOf("n_ctx"),
          prior(packed, level).hps().valueOf("n_ctx"));
      long before = Files.size(prior(original, level).weights().path().orElseThrow());
      long after = Files.size(prior(packed, level).weights().path().orElseThrow());
      assertTrue(after < before / 2, level + ": " + before + " bytes became " + after);
    }
    assertTrue(Files.exists(directory.resolve("ids/v3_artist_ids.txt")));
    assertTrue(Files.exists(directory.resolve("ids/v2_genre_ids.txt")));
  }

  @Test
  void weightsThatAreNotRoundedStayAsTheyAre() {
    ModelSpec packed = pack(PackedType.F32);
    ModelSpec original = ModelFile.read(DESCRIPTION);
    try (WeightSource before = WeightSource.prior(prior(original, 2).weights(), 2, 3);
        WeightSource after = WeightSource.prior(prior(packed, 2).weights(), 2, 3)) {
      assertFalse(after.names().isEmpty());
      for (String name : after.names()) {
        assertArrayEquals(before.get(name).toFloats(), after.get(name).toFloats(), name);
      }
    }
  }

  /**
   * Rounding may change logits about as much as random errors do that are as large as rounding can
   * make them at most: half a step of each row's or column's scale.
   */
  @ParameterizedTest
  @CsvSource({"prior_1b_lyrics, 2, I8", "upsampler_level_0, 0, I8", "prior_1b_lyrics, 2, F16"})
  void logitsAreAsNearAsTheStepsAllow(String name, int level, PackedType type) {
    ModelSpec original = ModelFile.read(DESCRIPTION);
    ModelSpec packed = pack(type);
    float[] expected;
    try (WeightSource source = WeightSource.prior(prior(original, level).weights(), level, 3)) {
      expected = logits(name, source);
    }
    float[] actual;
    try (WeightSource source = WeightSource.prior(prior(packed, level).weights(), level, 3)) {
      actual = logits(name, source);
    }
    double largest = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      try (WeightSource source = WeightSource.prior(prior(original, level).weights(), level, 3)) {
        largest = Math.max(largest, rms(expected, logits(name, disturbed(source, type, draw))));
      }
    }
    double error = rms(expected, actual);
    assertTrue(largest > 0 && error > 0 && error <= largest, error + " > " + largest);
  }

  /** Weights that are off by the most that rounding can do, up or down at random. */
  private static WeightSource disturbed(WeightSource source, PackedType type, int seed) {
    Random random = new Random(seed);
    Map<String, FileTensor> changed = new LinkedHashMap<>();
    for (String name : source.names()) {
      FileTensor tensor = source.get(name);
      TensorForm form = TensorForm.of(name, tensor.shape().length, type);
      float[] values = tensor.toFloats();
      Map<String, FileTensor> packed = Quantiser.apply(name, tensor, form);
      boolean scaled = packed.containsKey(name + ScaledTensors.SUFFIX);
      float[] scales =
          scaled ? packed.get(name + ScaledTensors.SUFFIX).toFloats() : new float[] {0};
      int width = scaled ? (int) tensor.shape()[1] : 1;
      for (int i = 0; i < values.length; i++) {
        double step =
            switch (form) {
              case I8_ROWS -> scales[i / width];
              case I8_COLUMNS -> scales[i % width];
              case F16 -> Math.ulp(values[i]) * (1 << 13);
              case F32 -> 0;
            };
        values[i] += (float) (random.nextBoolean() ? step / 2 : -step / 2);
      }
      changed.put(name, FileTensor.ofFloats(values, tensor.shape()));
    }
    return WeightSource.of("disturbed", changed);
  }

  private static float[] logits(String name, WeightSource source) {
    Map<String, NpyArray> golden = Golden.npz(name + "_forward.npz");
    PriorConfig config =
        PriorConfig.of(
            GoldenModels.hyperparams(name), VqVaeConfig.of(GoldenModels.hyperparams("vqvae")));
    List<long[]> y =
        GoldenModels.rows(golden.get("y")).stream()
            .map(row -> Arrays.stream(row).asLongStream().toArray())
            .toList();
    List<int[]> above = config.isTop() ? List.of() : GoldenModels.rows(golden.get("z_cond"));
    try (Backend backend = GoldenBackends.open("auto");
        Prior prior = new Prior(backend, config, new WeightReader(source), DType.F32);
        Conditioning conditioning = prior.condition(y, above);
        DecodeSession session = prior.open(conditioning)) {
      return session.logits(GoldenModels.rows(golden.get("z")), 64).get(0);
    }
  }

  private static double rms(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = (double) expected[i] - actual[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum / expected.length);
  }

  @Test
  void filesThatAreCutAreRefused() throws IOException {
    ModelSpec packed = pack(PackedType.I8);
    Path file = prior(packed, 2).weights().path().orElseThrow();
    byte[] whole = Files.readAllBytes(file);
    int tried = 0;
    for (int length : new int[] {0, 5, 8, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      String message =
          assertThrows(CheckpointException.class, () -> WeightSource.prior(file, 2, 3).close())
              .getMessage();
      assertTrue(message.startsWith(file.toString()) && !message.contains("\n"), message);
      tried++;
    }
    assertEquals(6, tried);
  }

  @Test
  void aModelIsNotPackedOntoItself() {
    pack(PackedType.I8);
    Path own = directory.resolve("model.json");
    String json = ModelFile.text(own);
    assertThrows(
        InvalidInputException.class,
        () -> ModelPacker.pack(ModelFile.read(own), json, directory, PackedType.F16));
  }

  private ModelSpec pack(PackedType type) {
    Path packed =
        ModelPacker.pack(ModelFile.read(DESCRIPTION), ModelFile.text(DESCRIPTION), directory, type);
    assertEquals(directory.resolve("model.json"), packed);
    return ModelFile.read(packed);
  }

  private static PriorSpec prior(ModelSpec spec, int level) {
    return spec.priors().get(level).orElseThrow();
  }
}
