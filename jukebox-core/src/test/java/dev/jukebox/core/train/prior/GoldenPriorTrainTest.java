package dev.jukebox.core.train.prior;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Workspace;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.train.GoldenGradients;
import dev.jukebox.core.train.TrainingBackends;
import dev.jukebox.core.train.nn.StepLoss;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Four training steps of every prior of the golden directory against the original's. */
class GoldenPriorTrainTest {
  private static final double TOLERANCE = 1e-3;

  /**
   * Entries with a gradient below this part of the model's largest are rounding noise, such as the
   * biases of keys, which no softmax sees; Adam makes whole steps of it. They are left out, unless
   * the gradient is zero on both sides, as that of a table's row that is not used.
   */
  private static final double NOISE = 1e-6;

  static List<String> models() {
    List<String> models = new ArrayList<>();
    Golden.json("hparams.json")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (Files.exists(Golden.directory().resolve(name + "_forward.npz"))
                  && Files.exists(Golden.directory().resolve(name + "_train.npz"))) {
                models.add(name);
              }
            });
    return models;
  }

  static Stream<Arguments> cases() {
    List<String> models = models();
    assertTrue(models.size() >= 3, "golden priors found: " + models);
    return TrainingBackends.names()
        .flatMap(backend -> models.stream().map(model -> Arguments.of(backend, model)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void fourStepsAreThoseOfTheOriginal(String backendName, String name) {
    Map<String, NpyArray> golden = Golden.npz(name + "_train.npz");
    JsonNode run = Golden.json("hparams.json").get(name + "_train");
    double[] losses = golden.get("losses").doubles();
    double[] norms = golden.get("grad_norms").doubles();
    assertTrue(losses.length > 0, "no steps");
    try (Backend backend = GoldenBackends.open(backendName);
        PriorModel model = load(backend, name);
        Workspace workspace = new Workspace(backend);
        Arena arena = backend.arena()) {
      PriorBatch batch = batch(model.config(), Golden.npz(name + "_forward.npz"));
      ParameterGroup group = group(backend, model, arena);
      Tensor norm = arena.tensor(DType.F32, 2);
      Map<String, float[]> first = new HashMap<>();
      for (int step = 0; step < losses.length; step++) {
        model.parameters().clearGradients();
        double loss = backward(model, workspace, batch);
        double tolerance = step == 0 ? 1e-4 : TOLERANCE;
        assertEquals(losses[step], loss, tolerance * losses[step], name + " loss " + step);
        if (step == 0) {
          model
              .parameters()
              .all()
              .forEach(p -> first.put(p.name(), backend.downloadFloats(p.gradient())));
          GoldenGradients.assertClose(backend, model.parameters(), golden);
        }
        backend.optimizer().gradientNorm(group, norm);
        float[] result = backend.downloadFloats(norm);
        assertEquals(0, result[1], "overflow");
        assertEquals(norms[step], result[0], TOLERANCE * norms[step], name + " norm " + step);
        backend.optimizer().adam(settings(run, step + 1, result[0]), group);
      }
      compareParameters(backend, model, golden, first);
      assertEquals(0, workspace.takenBytes(), "bytes that a step did not give back");
    }
  }

  private static double backward(PriorModel model, Workspace workspace, PriorBatch batch) {
    try (Tape tape = Tape.recording(workspace)) {
      StepLoss loss = new PriorStep(model).run(tape, batch);
      tape.backward(1);
      return loss.loss();
    }
  }

  private static AdamSettings settings(JsonNode run, int step, double norm) {
    double clip = norm / run.get("clip").doubleValue();
    return new AdamSettings(
        run.get("lr").doubleValue(),
        run.get("betas").get(0).doubleValue(),
        run.get("betas").get(1).doubleValue(),
        run.get("eps").doubleValue(),
        run.get("weight_decay").doubleValue(),
        step,
        Math.max(1, clip),
        0);
  }

  private static ParameterGroup group(Backend backend, PriorModel model, Arena arena) {
    List<AdamTensors> tensors = new ArrayList<>();
    for (Parameter parameter : model.parameters().all()) {
      long[] dims = parameter.value().shape().toArray();
      tensors.add(
          new AdamTensors(
              parameter.value(),
              parameter.gradient(),
              arena.tensor(DType.F32, dims),
              arena.tensor(DType.F32, dims),
              Optional.empty(),
              Optional.empty()));
    }
    return backend.optimizer().group(tensors, arena);
  }

  private static void compareParameters(
      Backend backend, PriorModel model, Map<String, NpyArray> golden, Map<String, float[]> first) {
    double largest = 0;
    for (Parameter parameter : model.parameters().all()) {
      for (double gradient : golden.get("grad/" + parameter.name()).doubles()) {
        largest = Math.max(largest, Math.abs(gradient));
      }
    }
    long compared = 0;
    long all = 0;
    for (Parameter parameter : model.parameters().all()) {
      double[] gradient = golden.get("grad/" + parameter.name()).doubles();
      float[] own = first.get(parameter.name());
      double[] want = golden.get("after/" + parameter.name()).doubles();
      float[] got = backend.downloadFloats(parameter.value());
      double error = 0;
      double size = 0;
      for (int i = 0; i < want.length; i++) {
        if (Math.abs(gradient[i]) >= NOISE * largest || (gradient[i] == 0 && own[i] == 0)) {
          error += (want[i] - got[i]) * (want[i] - got[i]);
          size += want[i] * want[i];
          compared++;
        }
      }
      all += want.length;
      assertTrue(
          Math.sqrt(error) <= TOLERANCE * Math.sqrt(size),
          "%s after all steps: error %.3g of a norm of %.3g"
              .formatted(parameter.name(), Math.sqrt(error), Math.sqrt(size)));
    }
    assertTrue(compared > 0.9 * all, "compared " + compared + " of " + all + " entries");
  }

  private static PriorBatch batch(PriorConfig config, Map<String, NpyArray> golden) {
    List<int[]> z = GoldenModels.rows(golden.get("z"));
    List<long[]> y =
        config.labels()
            ? GoldenModels.rows(golden.get("y")).stream()
                .map(row -> Arrays.stream(row).asLongStream().toArray())
                .toList()
            : Collections.nCopies(z.size(), new long[0]);
    return new PriorBatch(
        z, config.isTop() ? List.of() : GoldenModels.rows(golden.get("z_cond")), y);
  }

  private static PriorModel load(Backend backend, String name) {
    VqVaeConfig vqvae = VqVaeConfig.of(GoldenModels.hyperparams("vqvae"));
    PriorConfig config = PriorConfig.of(GoldenModels.hyperparams(name), vqvae);
    try (WeightSource source =
        WeightSource.prior(Golden.file(name + ".pth.tar"), config.level(), vqvae.levels())) {
      PriorModel model = new PriorModel(backend, config, 1);
      GoldenGradients.load(model.parameters(), new WeightReader(source));
      return model;
    }
  }
}
