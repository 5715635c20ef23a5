package dev.jukebox.core.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.cuda.EmulatedCudaProvider;
import dev.jukebox.compute.cuda.EmulatorControl;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.golden.GoldenRuns;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.golden.Relative;
import dev.jukebox.core.labels.Label;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.error.CancelledException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs over all levels, with windows and hops, against those of the original. */
class GoldenSamplerTest {
  private static final double TOLERANCE = 1e-4;

  static Stream<Arguments> runs() {
    List<String> tops = GoldenRuns.tops();
    assertTrue(!tops.isEmpty(), "no golden runs");
    return GoldenBackends.names()
        .flatMap(backend -> tops.stream().map(top -> Arguments.of(backend, top)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void ancestralRunIsExact(String backend, String top) {
    Recorder recorder = new Recorder();
    Codes codes = run(backend, GoldenRuns.model(top, ".pth.tar"), top, recorder);
    assertCodes(top, "z", codes);
    Map<String, NpyArray> golden = Golden.npz("sample_" + top + ".npz");
    assertEquals(codes.levels(), recorder.results.size());
    for (LevelResult result : recorder.results) {
      for (int item = 0; item < codes.items(); item++) {
        Relative.assertClose(
            GoldenModels.floatRow(golden.get("x" + result.level()), item),
            result.audio().get(item),
            TOLERANCE,
            top + " audio of level " + result.level());
        assertAlignment(golden, result, item, top);
      }
    }
  }

  private static void assertAlignment(
      Map<String, NpyArray> golden, LevelResult result, int item, String top) {
    NpyArray expected = golden.get("alignment_" + item);
    assertEquals(expected == null, result.alignments().isEmpty(), top + " has alignments");
    if (expected == null) {
      return;
    }
    float[][] alignment = result.alignments().get(item);
    int columns = expected.shape()[1];
    assertEquals(expected.shape()[0], alignment.length);
    float[] flat = new float[alignment.length * columns];
    for (int i = 0; i < alignment.length; i++) {
      assertEquals(columns, alignment[i].length);
      System.arraycopy(alignment[i], 0, flat, i * columns, columns);
    }
    Relative.assertClose(expected.floats(), flat, TOLERANCE, top + " alignment of item " + item);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void continuedRunIsExact(String backendName, String top) {
    JsonNode settings = GoldenRuns.settings(top);
    try (Backend backend = GoldenBackends.open(backendName);
        LoadedModel model =
            new LoadedModel(GoldenRuns.model(top, ".pth.tar"), backend, DType.F32)) {
      Codes codes =
          new Sampler(model)
              .run(
                  settings(model, top, settings.get("continue_tokens_top").intValue()),
                  labels(model, top),
                  codes(top, "z"),
                  model.vqvae().config().levels() - 1,
                  SampleListener.none());
      assertCodes(top, "continue_z", codes);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void primedRunIsExact(String backendName, String top) {
    JsonNode settings = GoldenRuns.settings(top);
    int prime = settings.get("prime_raw").intValue();
    NpyArray x = Golden.npz("vqvae_io.npz").get("x");
    try (Backend backend = GoldenBackends.open(backendName);
        LoadedModel model =
            new LoadedModel(GoldenRuns.model(top, ".pth.tar"), backend, DType.F32)) {
      SampleSettings run = settings(model, top, settings.get("sample_tokens_top").intValue());
      List<List<int[]>> levels = new ArrayList<>();
      for (int level = 0; level < model.vqvae().config().levels(); level++) {
        List<int[]> items = new ArrayList<>();
        for (int item = 0; item < run.metas().size(); item++) {
          float[] prompt = Arrays.copyOf(GoldenModels.floatRow(x, item), prime);
          items.add(model.vqvae().encode(prompt, level));
        }
        levels.add(items);
      }
      Codes codes =
          new Sampler(model)
              .run(
                  run,
                  labels(model, top),
                  Codes.of(levels),
                  levels.size() - 1,
                  SampleListener.none());
      assertCodes(top, "primed_z", codes);
    }
  }

  /** A device may have many codes under way when it is told to stop; none is lost or half done. */
  @ParameterizedTest
  @MethodSource("backends")
  void cancelledRunKeepsTheCodesThatWereAskedFor(String backendName) {
    boolean emulated = backendName.equals(EmulatedCudaProvider.NAME);
    if (emulated) {
      EmulatorControl.setLazy(1);
    }
    String top = GoldenRuns.tops().get(0);
    Codes golden = codes(top, "z");
    int level = golden.levels() - 1;
    try (Backend backend = GoldenBackends.open(backendName);
        LoadedModel model =
            new LoadedModel(GoldenRuns.model(top, ".pth.tar"), backend, DType.F32)) {
      SampleSettings settings = inOneBatch(settings(model, top, golden.length(level)));
      Codes empty = Codes.empty(golden.levels(), golden.items());
      for (int stop : new int[] {0, 1, 2, golden.length(level) - 1}) {
        Progress progress = new Progress(stop);
        assertThrows(
            CancelledException.class,
            () -> new Sampler(model).run(settings, labels(model, top), empty, level, progress));
        Codes kept = progress.kept.orElseThrow();
        assertEquals(stop, kept.length(level));
        for (int item = 0; item < golden.items(); item++) {
          assertArrayEquals(Arrays.copyOf(golden.item(level, item), stop), kept.item(level, item));
        }
        progress.assertRose();
      }
      Progress progress = new Progress(golden.length(level));
      assertThrows(
          CancelledException.class,
          () -> new Sampler(model).run(settings, labels(model, top), empty, level, progress),
          "stopped at the next level");
      assertEquals((long) golden.length(level) * golden.items(), progress.done.get(level));
      progress.assertRose();
    } finally {
      if (emulated) {
        EmulatorControl.reset();
      }
    }
  }

  static Stream<String> backends() {
    return GoldenBackends.names();
  }

  private static SampleSettings inOneBatch(SampleSettings settings) {
    return new SampleSettings(
        settings.sampleLength(),
        settings.levels().stream().map(one -> one.withMaxBatchSize(64)).toList(),
        settings.seed(),
        settings.metas());
  }

  @Test
  void upsampledRunEqualsTheLowerLevels() {
    String top = GoldenRuns.tops().get(0);
    try (Backend backend = GoldenBackends.open("auto");
        LoadedModel model =
            new LoadedModel(GoldenRuns.model(top, ".pth.tar"), backend, DType.F32)) {
      Codes all = codes(top, "z");
      List<Integer> lengths = new ArrayList<>();
      for (int level = 0; level < all.levels(); level++) {
        lengths.add(level == all.levels() - 1 ? all.length(level) : 0);
      }
      int tokens = GoldenRuns.settings(top).get("sample_tokens_top").intValue();
      Codes codes =
          new Sampler(model)
              .run(
                  settings(model, top, tokens),
                  labels(model, top),
                  all.truncate(lengths),
                  all.levels() - 2,
                  SampleListener.none());
      assertCodes(top, "z", codes);
    }
  }

  @Test
  void everyFileFormatGivesTheSameRun() {
    int compared = 0;
    for (String top : GoldenRuns.tops()) {
      List<ModelSpec> specs = new ArrayList<>(List.of(GoldenRuns.model(top, ".zip.pth.tar")));
      if (GoldenRuns.hasHuggingFaceModel(top)) {
        specs.add(GoldenRuns.huggingFaceModel(top));
      }
      for (ModelSpec spec : specs) {
        assertCodes(top, "z", run("auto", spec, top, new Recorder()));
        compared++;
      }
    }
    assertTrue(compared > GoldenRuns.tops().size(), "no Hugging Face copy among the goldens");
  }

  private static Codes run(String backendName, ModelSpec spec, String top, Recorder recorder) {
    try (Backend backend = GoldenBackends.open(backendName);
        LoadedModel model = new LoadedModel(spec, backend, DType.F32)) {
      int tokens = GoldenRuns.settings(top).get("sample_tokens_top").intValue();
      SampleSettings settings = settings(model, top, tokens);
      int levels = model.vqvae().config().levels();
      Codes empty = Codes.empty(levels, settings.metas().size());
      return new Sampler(model).run(settings, labels(model, top), empty, levels - 1, recorder);
    }
  }

  private static List<List<Label>> labels(LoadedModel model, String top) {
    List<List<Label>> labels = new ArrayList<>();
    for (int level = 0; level < model.vqvae().config().levels(); level++) {
      labels.add(model.labeller(level).labels(GoldenRuns.metas(top, level)));
    }
    return labels;
  }

  private static SampleSettings settings(LoadedModel model, String top, int tokensTop) {
    JsonNode run = GoldenRuns.settings(top);
    SamplerSettings sampler =
        new SamplerSettings(run.get("temp").floatValue(), run.get("top_k").intValue(), 0);
    List<LevelSettings> levels = new ArrayList<>();
    for (int level = 0; level < model.vqvae().config().levels(); level++) {
      levels.add(
          new LevelSettings(
              sampler,
              run.get("hop_fraction").get(level).doubleValue(),
              run.get("chunk_size").intValue(),
              1 + level));
    }
    long length = (long) tokensTop * model.vqvae().config().topHop();
    return new SampleSettings(length, levels, 3, GoldenRuns.metas(top));
  }

  private static Codes codes(String top, String prefix) {
    Map<String, NpyArray> golden = Golden.npz("sample_" + top + ".npz");
    List<List<int[]>> levels = new ArrayList<>();
    while (golden.containsKey(prefix + levels.size())) {
      levels.add(GoldenModels.rows(golden.get(prefix + levels.size())));
    }
    return Codes.of(levels);
  }

  private static void assertCodes(String top, String prefix, Codes actual) {
    Codes expected = codes(top, prefix);
    assertEquals(expected.levels(), actual.levels());
    assertTrue(expected.items() > 0, "nothing to compare");
    for (int level = expected.levels() - 1; level >= 0; level--) {
      for (int item = 0; item < expected.items(); item++) {
        assertArrayEquals(
            expected.item(level, item),
            actual.item(level, item),
            top + " " + prefix + level + " item " + item);
      }
    }
  }

  /** Stops a run before a step, and hears how far it came. */
  private static final class Progress implements SampleListener {
    private final int stop;
    private final Map<Integer, Long> done = new HashMap<>();
    private Optional<Codes> kept = Optional.empty();
    private boolean rose = true;
    private int asked;

    Progress(int stop) {
      this.stop = stop;
    }

    @Override
    public void progress(int level, long count, long total) {
      rose &= count >= done.getOrDefault(level, 0L) && count <= total;
      done.put(level, count);
    }

    @Override
    public void cancelled(Codes codes) {
      kept = Optional.of(codes);
    }

    @Override
    public boolean isCancelled() {
      return asked++ == stop;
    }

    void assertRose() {
      assertTrue(rose && !done.isEmpty(), "progress never falls and never passes its total");
    }
  }

  private static final class Recorder implements SampleListener {
    private final List<LevelResult> results = new ArrayList<>();

    @Override
    public void levelFinished(LevelResult result) {
      results.add(result);
    }
  }
}
