package dev.jukebox.core.train.vqvae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Workspace;
import dev.jukebox.core.data.Bandwidth;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.golden.Relative;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.train.GoldenGradients;
import dev.jukebox.core.train.TrainingBackends;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One training step of the VQ-VAE against what the original computed. */
class GoldenVqVaeTrainTest {
  private static final String METRIC = "metric/";

  static Stream<String> backends() {
    return TrainingBackends.names();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aStepIsThatOfTheOriginal(String backendName) {
    Map<String, NpyArray> golden = Golden.npz("vqvae_train.npz");
    JsonNode run = Golden.json("hparams.json").get("vqvae_train");
    VqVaeConfig config = VqVaeConfig.of(GoldenModels.hyperparams("vqvae"));
    try (Backend backend = GoldenBackends.open(backendName);
        VqVaeModel model = new VqVaeModel(backend, config, run.get("l_mu").doubleValue(), 1);
        Workspace workspace = new Workspace(backend);
        Arena arena = backend.arena()) {
      restore(backend, model, run.get("restore_k"));
      NpyArray x = golden.get("x");
      int[] shape = x.shape();
      Tensor audio = arena.tensor(DType.F32, shape[0], shape[1], 1);
      backend.upload(audio, x.floats());
      model.parameters().clearGradients();
      try (Tape tape = Tape.recording(workspace)) {
        VqVaeStep.Result result = new VqVaeStep(model, losses(run)).run(tape, audio, new Random(0));
        compareLosses(golden, result);
        Relative.assertClose(
            golden.get("x_out").floats(),
            backend.downloadFloats(result.reconstructions().get(0)),
            1e-4,
            "x_out");
        tape.backward(1);
      }
      GoldenGradients.assertClose(backend, model.parameters(), golden);
      compareCodebooks(golden, model);
      assertEquals(0, workspace.takenBytes(), "bytes that the step did not give back");
    }
  }

  private static void restore(Backend backend, VqVaeModel model, JsonNode restoreK) {
    try (WeightSource source = WeightSource.vqvae(Golden.file("vqvae.pth.tar"));
        Arena arena = backend.arena()) {
      WeightReader reader = new WeightReader(source);
      GoldenGradients.load(model.parameters(), reader);
      VqVaeConfig config = model.config();
      for (int level = 0; level < config.levels(); level++) {
        Tensor k = arena.tensor(DType.F32, config.bins(), config.embWidth());
        String name = "bottleneck.level_blocks." + level + ".k";
        backend.upload(k, reader.take(name, config.bins(), config.embWidth()).elements());
        model
            .codebooks()
            .get(level)
            .restore(
                backend.downloadFloats(k),
                restoreK.get("num_tokens").longValue(),
                restoreK.get("threshold").doubleValue());
      }
      reader.finish();
    }
  }

  private static VqVaeLosses losses(JsonNode run) {
    Map<String, Optional<Object>> values =
        new LinkedHashMap<>(GoldenModels.hyperparams("vqvae").asMap());
    for (String name :
        new String[] {"lmix_l2", "lmix_linf", "linf_k", "commit", "spectral", "multispectral"}) {
      values.put(
          name,
          Optional.of(
              run.get(name).isIntegralNumber()
                  ? (Object) run.get(name).longValue()
                  : run.get(name).doubleValue()));
    }
    values.put("loss_fn", Optional.of(run.get("loss_fn").textValue()));
    JsonNode bandwidth = run.get("bandwidth");
    return VqVaeLosses.of(
        Hyperparams.of(values),
        new Bandwidth(
            bandwidth.get("l2").doubleValue(),
            bandwidth.get("l1").doubleValue(),
            bandwidth.get("spec").doubleValue()));
  }

  private static void compareLosses(Map<String, NpyArray> golden, VqVaeStep.Result result) {
    double loss = golden.get("loss").scalar();
    assertEquals(loss, result.loss().loss(), 1e-4 * loss, "loss");
    Map<String, Double> metrics = result.loss().metrics();
    int compared = 0;
    for (Map.Entry<String, NpyArray> entry : golden.entrySet()) {
      if (entry.getKey().startsWith(METRIC)) {
        String name = entry.getKey().substring(METRIC.length());
        double expected = entry.getValue().scalar();
        assertTrue(metrics.containsKey(name), "no metric " + name);
        assertEquals(expected, metrics.get(name), 1e-4 * Math.abs(expected), name);
        compared++;
      }
    }
    assertEquals(metrics.size(), compared, "metrics " + metrics.keySet());
  }

  private static void compareCodebooks(Map<String, NpyArray> golden, VqVaeModel model) {
    for (int level = 0; level < model.config().levels(); level++) {
      CodebookState state = model.codebooks().get(level).state();
      Relative.assertClose(golden.get("k/" + level).floats(), state.k(), 1e-5, "k");
      Relative.assertClose(golden.get("k_sum/" + level).floats(), state.kSum(), 1e-5, "k_sum");
      Relative.assertClose(golden.get("k_elem/" + level).floats(), state.kElem(), 1e-5, "k_elem");
    }
  }
}
