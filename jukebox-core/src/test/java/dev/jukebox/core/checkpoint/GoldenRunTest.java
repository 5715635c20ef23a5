package dev.jukebox.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model of the original, loaded and saved here, is what the original saved. */
class GoldenRunTest {
  private static final String CODEBOOK = "bottleneck.level_blocks.";
  private static final String TIED = "prior.x_out.weight";
  private static final String TWIN = "prior.x_emb.weight";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vqvae",
        "upsampler_level_0",
        "upsampler_level_1",
        "prior_5b",
        "prior_5b_lyrics",
        "prior_1b_lyrics",
        "small_prior",
        "small_sep_enc_dec_prior"
      })
  void savesWhatTheOriginalSaved(String name) {
    Hyperparams hps = GoldenModels.hyperparams(name);
    boolean tied = !name.equals("vqvae") && !hps.booleanOf("merged_decoder");
    Path path = directory.resolve("saved.pth.tar");
    try (Checkpoint original = Checkpoint.open(Golden.file(name + ".pth.tar"));
        Backend backend = GoldenBackends.open("java");
        Arena arena = backend.arena();
        Parameters parameters = new Parameters(backend)) {
      ModelLayout layout = tied ? ModelLayout.plain().tied(TIED, TWIN) : ModelLayout.plain();
      for (Map.Entry<String, FileTensor> entry : original.tensors().entrySet()) {
        FileTensor tensor = entry.getValue();
        if (entry.getKey().startsWith(CODEBOOK)) {
          layout = layout.buffer(entry.getKey(), arena.tensor(DType.F32, tensor.shape()));
        } else if (!(tied && entry.getKey().equals(TIED))) {
          DType storage = tensor.type() == StoredType.F16 ? DType.F16 : DType.F32;
          parameters.add(entry.getKey(), storage, tensor.shape());
        }
      }
      try (SavedRun run = SavedRun.open(original.path())) {
        assertTrue(run.load(parameters, layout, FineTuning.none()).isEmpty());
      }
      try (Optimizer optimizer = new Optimizer(parameters, hps, 1)) {
        TrainingState.of(hps, parameters, layout, optimizer, Map.of()).write(path);
      }
      try (Checkpoint saved = Checkpoint.open(path)) {
        assertEquals(
            List.copyOf(original.tensors().keySet()), List.copyOf(saved.tensors().keySet()));
        assertTrue(saved.tensors().size() > 50);
        original.tensors().forEach((key, tensor) -> assertSame(tensor, saved.tensors().get(key)));
        Map<String, Object> hyperparameters = saved.hyperparameters();
        original
            .hyperparameters()
            .forEach((key, value) -> assertEquals(value, hyperparameters.get(key), key));
      }
    }
  }

  private static void assertSame(FileTensor expected, FileTensor actual) {
    assertEquals(expected.toString(), actual.toString());
    assertArrayEquals(expected.toFloats(), actual.toFloats());
  }
}
