package dev.jukebox.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jukebox.compute.DType;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.optim.AdamState;
import dev.jukebox.core.optim.SmallModel;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.pickle.PyTuple;
import dev.jukebox.core.weights.pytorch.PyTorchFile;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.pytorch.Python;
import dev.jukebox.core.weights.store.BackendElements;
import dev.jukebox.core.weights.store.FileTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PyTorchRunTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"easy", "all_fp16"})
  void pyTorchLoadsModelAndOptimizer(String set) {
    Python.assumeTorch();
    Path path = directory.resolve("checkpoint_latest.pth.tar");
    Path out = directory.resolve("out.pt");
    try (Run run = new Run("java", ResumeTest.hps(set), 1)) {
      run.train(1, 5);
      run.state(Map.of("epoch", 1L)).write(path);
      Python.run("read_run.py", path.toString(), out.toString());
      try (PyTorchFile file = PyTorchFile.open(out)) {
        Map<?, ?> told = (Map<?, ?>) file.root();
        assertEquals(List.of("hps", "model", "opt", "step", "jukebox_java"), told.get("keys"));
        assertEquals("OrderedDict", told.get("type"));
        assertEquals(run.layout.names(run.parameters()), told.get("names"));
        assertEquals(
            List.of("float32", "float32", "float16", "float16", "float32", "float16", "float32")
                .stream()
                .map(type -> "torch." + type)
                .toList(),
            ((List<?>) told.get("dtypes")).subList(0, 7));
        assertEquals(true, told.get("tied"));
        // These alone are allowed by torch.load(weights_only=True).
        assertEquals(
            List.of(
                "collections OrderedDict",
                "torch FloatStorage",
                "torch HalfStorage",
                "torch._utils _rebuild_tensor_v2"),
            told.get("globals"));
        assertEquals(5L, told.get("step"));
        assertEquals("int", told.get("step_type"));
        comparesModel(run, (Map<?, ?>) told.get("model"));
        comparesOptimizer(run, told);
        Map<?, ?> types = (Map<?, ?>) told.get("hps_types");
        assertEquals(run.hps.names().size(), types.size());
        assertEquals("tuple", types.get("downs_t"));
        assertEquals("NoneType", types.get("blocks"));
        assertEquals("int", types.get("bs"));
        assertEquals("float", types.get("lr"));
        assertEquals("bool", types.get("ema"));
        assertEquals("str", types.get("loss_fn"));
      }
    }
  }

  private static void comparesModel(Run run, Map<?, ?> model) {
    for (int i = 0; i < run.parameters().all().size(); i++) {
      Parameter parameter = run.parameters().all().get(i);
      FileTensor read = (FileTensor) model.get(parameter.name());
      FileTensor expected =
          BackendElements.tensor(
              run.backend,
              run.optimizer.average().orElseThrow().tensors().get(i),
              parameter.storage());
      assertArrayEquals(expected.shape(), read.shape());
      assertArrayEquals(expected.toFloats(), read.toFloats(), parameter.name());
    }
  }

  private static void comparesOptimizer(Run run, Map<?, ?> told) {
    List<Object> keys = new ArrayList<>((List<?>) told.get("expected_keys"));
    keys.add(keys.size() - 1, "initial_lr");
    assertEquals(keys, told.get("group_keys"));
    Map<?, ?> group = (Map<?, ?>) told.get("group");
    assertEquals(PyTuple.of(0.9, 0.999), group.get("betas"));
    assertEquals(1e-8, group.get("eps"));
    assertEquals(0.0, group.get("weight_decay"));
    assertEquals(0.05, (Double) told.get("lr"), 1e-12);
    Map<?, ?> states = (Map<?, ?>) told.get("state");
    List<Optional<AdamState.Moments>> all = run.optimizer.adam().state().moments();
    assertEquals(all.size(), states.size());
    for (int i = 0; i < all.size(); i++) {
      Map<?, ?> state = (Map<?, ?>) states.get((long) i);
      AdamState.Moments moments = all.get(i).orElseThrow();
      assertEquals(5L, state.get("step"));
      assertEquals(moments.scales().isPresent(), state.containsKey("scale_exp_avg"));
      if (moments.scales().isPresent() || run.parameters().all().get(i).storage() == DType.F32) {
        // PyTorch itself rounds F32 moments of F16 parameters when it loads them.
        assertArrayEquals(moments.first().toFloats(), floats(state, "exp_avg"));
        assertArrayEquals(moments.second().toFloats(), floats(state, "exp_avg_sq"));
      }
    }
  }

  private static float[] floats(Map<?, ?> state, String key) {
    return ((FileTensor) state.get(key)).toFloats();
  }

  @ParameterizedTest
  @CsvSource({"legacy,half", "zip,single"})
  void runsOfPyTorchGoOnHere(String format, String moments) {
    Python.assumeTorch();
    Path in = directory.resolve("in.pt");
    Path path = directory.resolve("original.pth.tar");
    boolean half = moments.equals("half");
    try (Run source = new Run("java", ResumeTest.hps("all_fp16"), 1);
        Run run = new Run("java", ResumeTest.hps(half ? "all_fp16" : "easy"), 2)) {
      Map<String, Object> parameters = new LinkedHashMap<>();
      for (Parameter parameter : source.parameters().all()) {
        parameters.put(
            parameter.name(), BackendElements.tensor(source.backend, parameter.value(), DType.F32));
      }
      List<String> halves =
          source.parameters().all().stream()
              .filter(parameter -> parameter.storage() == DType.F16)
              .map(Parameter::name)
              .toList();
      PyTorchWriter.write(in, Map.of("parameters", parameters, "halves", halves));
      Python.run("write_run.py", in.toString(), path.toString(), format, moments);

      run.resume(path);
      assertEquals(17, run.optimizer.steps());
      assertEquals(17, run.optimizer.adam().steps());
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, run.backend.downloadFloats(run.codebook));
      Run.assertSame(run.model.values(), run.averages());
      comparesWithFile(run, path);
    }
  }

  private static void comparesWithFile(Run run, Path path) {
    try (Checkpoint file = Checkpoint.open(path);
        SavedRun saved = SavedRun.open(path)) {
      assertFalse(saved.isExact());
      assertEquals(17, saved.step());
      assertEquals(List.of("lr", "blocks", "downs_t"), List.copyOf(saved.hyperparams().names()));
      Map<?, ?> states = (Map<?, ?>) ((Map<?, ?>) file.optimizer().orElseThrow()).get("state");
      List<Object> keys = new ArrayList<>(states.keySet());
      assertEquals(5, keys.size());
      for (int i = 0; i < run.parameters().all().size(); i++) {
        Parameter parameter = run.parameters().all().get(i);
        assertArrayEquals(
            file.tensors().get(parameter.name()).toFloats(), run.model.values().get(i));
        AdamState.Moments moments = run.optimizer.adam().state().moments().get(i).orElseThrow();
        if (i == 4) {
          assertArrayEquals(new float[5], moments.first().toFloats());
          continue;
        }
        Map<?, ?> state = (Map<?, ?>) states.get(keys.get(i > 4 ? i - 1 : i));
        assertArrayEquals(floats(state, "exp_avg"), moments.first().toFloats());
        assertArrayEquals(floats(state, "exp_avg_sq"), moments.second().toFloats());
        boolean scaled = state.containsKey("scale_exp_avg");
        assertEquals(
            scaled ? Optional.of(new AdamState.Scales(0.25, 0.5)) : Optional.empty(),
            moments.scales().filter(scales -> scaled));
      }
    }
  }

  @Test
  void namesStandInTheOriginalsOrder() {
    try (Run run = new Run("java", ResumeTest.hps("easy"), 1)) {
      assertEquals(
          List.of(
              SmallModel.ARTISTS,
              SmallModel.TOKENS,
              "prior.transformer._attn_mods.0.attn.c_attn.w",
              "prior.transformer._attn_mods.0.attn.c_attn.b",
              "prior.transformer._attn_mods.0.ln_0.weight",
              "prior.tail.w",
              "prior.x_out.weight",
              "bottleneck.k"),
          run.layout.names(run.parameters()));
    }
  }
}
