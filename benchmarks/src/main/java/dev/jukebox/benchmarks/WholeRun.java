package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.sample.LevelSettings;
import dev.jukebox.core.sample.SampleSettings;
import dev.jukebox.core.sample.Sampler;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.error.CancelledException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Samples music with a model of the shapes of 1b_lyrics and random weights, all three levels, and
 * prints the wall time of every stage: loading, drawing the codes of each level, decoding them.
 *
 * <pre>{@code
 * java -cp 'lib/*' dev.jukebox.benchmarks.WholeRun --backend cuda --batch 16 --limit 90
 * }</pre>
 *
 * Options: {@code --backend}; {@code --seconds} of music, 20; {@code --batch}, 1; {@code
 * --weights}, f16; {@code --chunk}, positions of a prompt at once, 1024; {@code --limit}, seconds
 * after which the run is stopped and what is missing is told at the speed reached; {@code --tiny}
 * (shapes for plain Java or an emulator); {@code --json} (a file to append to).
 */
public final class WholeRun {
  private static final double SECONDS = 20;
  private static final int CHUNK = 1024;
  private static final int SONG_SECONDS = 60;
  private static final List<Double> HOP_FRACTIONS = List.of(0.5, 0.5, 0.125);
  private static final String LYRICS = "the sea is calm tonight, the tide is full\n";

  private WholeRun() {}

  public static void main(String[] arguments) throws IOException {
    run(
        new Arguments(
            arguments, "backend", "seconds", "batch", "weights", "chunk", "limit", "tiny", "json"));
  }

  /** The stages of a run. */
  static List<StageClock.Stage> run(Arguments options) throws IOException {
    double seconds = options.number("seconds", SECONDS);
    int batch = (int) options.number("batch", 1);
    DType storage = PriorState.storage(options.text("weights", "f16"));
    try (RandomModel model = new RandomModel(options.flag("tiny"));
        Backend backend = Opened.backend(options.text("backend", "auto"), 0)) {
      StageClock clock = new StageClock(options.number("limit", Double.POSITIVE_INFINITY));
      System.out.printf(
          Locale.ROOT, "# %.2f s of music, batch %d, weights %s%n", seconds, batch, storage);
      try (LoadedModel loaded = new LoadedModel(model.spec(), backend, storage)) {
        clock.end("load VQ-VAE");
        SampleSettings settings = settings(model.spec(), seconds, batch, options);
        new Sampler(loaded)
            .run(
                settings,
                Codes.empty(loaded.vqvae().config().levels(), batch),
                loaded.vqvae().config().levels() - 1,
                clock);
      } catch (CancelledException e) {
        System.out.println("# " + e.getMessage());
      }
      report(backend, clock.stages(), seconds, batch, storage, options);
      return clock.stages();
    }
  }

  private static SampleSettings settings(
      ModelSpec spec, double seconds, int batch, Arguments options) {
    VqVaeConfig vqvae = VqVaeConfig.of(spec.vqvae());
    int chunk = (int) options.number("chunk", CHUNK);
    long samples = (long) (seconds * vqvae.sampleRate()) / vqvae.topHop() * vqvae.topHop();
    List<LevelSettings> levels =
        HOP_FRACTIONS.stream()
            .map(hop -> new LevelSettings(new SamplerSettings(0.99f, 0, 0), hop, chunk, batch))
            .toList();
    Metadata song =
        new Metadata(
            "someone", "blues", LYRICS.repeat(20), (long) SONG_SECONDS * vqvae.sampleRate(), 0);
    return new SampleSettings(samples, levels, 1, Collections.nCopies(batch, song));
  }

  private static void report(
      Backend backend,
      List<StageClock.Stage> stages,
      double seconds,
      int batch,
      DType storage,
      Arguments options) {
    double taken = stages.stream().mapToDouble(StageClock.Stage::seconds).sum();
    boolean whole = stages.stream().allMatch(StageClock.Stage::isWhole);
    System.out.printf(
        Locale.ROOT,
        "%-28s %9.3f s%s%n",
        "all stages",
        taken,
        whole ? "" : "  (stopped: not all of them ran to the end)");
    ResultsFile file = new ResultsFile(options.path("json"));
    for (StageClock.Stage stage : stages) {
      file.add(
          "whole run",
          Map.of(
              "device", backend.description(),
              "music_seconds", seconds,
              "batch", batch,
              "weights", storage.name(),
              "stage", stage.name(),
              "seconds", stage.seconds(),
              "codes", stage.done(),
              "codes_of_the_stage", stage.total(),
              "seconds_of_the_whole_stage", stage.wholeSeconds()));
    }
  }
}
