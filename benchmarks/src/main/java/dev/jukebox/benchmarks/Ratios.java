package dev.jukebox.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs benchmarks with a measurement of the read bandwidth before and after each run, and prints a
 * table with the share of it, the larger of the two, that weights are read at.
 *
 * <p>Takes the options of JMH. Without names of benchmarks it runs the shapes that have targets in
 * docs/performance.md; with {@code -p backend=cuda} those of decoding on a device, in half
 * precision. The system property {@code jukebox.results} names a file to which a JSON object is
 * appended for each result.
 */
public final class Ratios {

  private Ratios() {}

  public static void main(String[] args) throws CommandLineOptionException, RunnerException {
    CommandLineOptions given = new CommandLineOptions(args);
    boolean device = isOnDevice(given);
    List<Options> runs =
        given.getIncludes().isEmpty() ? device ? decoding(given) : targets(given) : List.of(given);
    List<RatioTable.Row> rows = new ArrayList<>();
    double before = bandwidth(given);
    for (Options run : runs) {
      Collection<RunResult> results = new Runner(run).run();
      // A device has its memory for itself: one measurement is enough.
      double after = device ? before : bandwidth(given);
      rows.addAll(RatioTable.rows(results, Math.max(before, after)));
      before = after;
    }
    System.out.println();
    System.out.print(RatioTable.format(rows));
    ResultsFile file =
        new ResultsFile(Optional.ofNullable(System.getProperty("jukebox.results")).map(Path::of));
    for (RatioTable.Row row : rows) {
      file.add(
          "jmh",
          Map.of(
              "name", row.name(),
              "milliseconds", row.milliseconds(),
              "gigabytes", row.gigabytes(),
              "gigabytes_per_second", row.rate(),
              "bandwidth", row.bandwidth()));
    }
  }

  private static boolean isOnDevice(Options given) {
    return given.getParameter("backend").hasValue()
        && given.getParameter("backend").get().stream().allMatch(name -> name.startsWith("cuda"));
  }

  /** The step of the released upsamplers and of prior_1b_lyrics, alone and in a batch. */
  private static List<Options> decoding(Options given) {
    List<Options> runs = new ArrayList<>();
    for (String batch : List.of("1", "16")) {
      runs.add(upsampler(given, batch).param("weights", "f16").build());
      runs.add(lyricPrior(given, batch).param("weights", "f16").build());
    }
    return runs;
  }

  private static double bandwidth(Options given) throws RunnerException {
    Options read = only(given, "MemoryBandwidthBenchmark.read").build();
    return RatioTable.bandwidth(new Runner(read).run());
  }

  private static List<Options> targets(Options given) {
    return List.of(
        upsampler(given, "1").build(),
        upsampler(given, "8").build(),
        only(given, "DecodeStepBenchmark.step").build(),
        only(given, "VqVaeBenchmark.encode").build(),
        only(given, "VqVaeBenchmark.decode").param("level", "0").build());
  }

  /** The transformer of the released upsamplers. */
  private static ChainedOptionsBuilder upsampler(Options given, String batch) {
    return only(given, "DecodeStepBenchmark.step")
        .param("width", "1920")
        .param("depth", "72")
        .param("heads", "1")
        .param("attnOrder", "2")
        .param("blocks", "128")
        .param("nCtx", "8192")
        .param("bins", "2048")
        .param("batch", batch);
  }

  /** The transformer of prior_1b_lyrics, behind its lyrics. */
  private static ChainedOptionsBuilder lyricPrior(Options given, String batch) {
    return only(given, "DecodeStepBenchmark.step")
        .param("width", "2048")
        .param("depth", "72")
        .param("heads", "2")
        .param("attnOrder", "12")
        .param("blocks", "64")
        .param("nCtx", "6144")
        .param("bins", "2048")
        .param("lyrics", "384")
        .param("batch", batch);
  }

  private static ChainedOptionsBuilder only(Options given, String benchmark) {
    return new OptionsBuilder()
        .parent(given)
        .include("^dev\\.jukebox\\.benchmarks\\." + benchmark.replace(".", "\\.") + "$")
        .shouldFailOnError(true);
  }
}
