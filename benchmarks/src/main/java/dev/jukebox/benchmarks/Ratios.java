package dev.jukebox.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
 * docs/performance.md.
 */
public final class Ratios {

  private Ratios() {}

  public static void main(String[] args) throws CommandLineOptionException, RunnerException {
    CommandLineOptions given = new CommandLineOptions(args);
    List<Options> runs = given.getIncludes().isEmpty() ? targets(given) : List.of(given);
    List<RatioTable.Row> rows = new ArrayList<>();
    double before = bandwidth(given);
    for (Options run : runs) {
      Collection<RunResult> results = new Runner(run).run();
      double after = bandwidth(given);
      rows.addAll(RatioTable.rows(results, Math.max(before, after)));
      before = after;
    }
    System.out.println();
    System.out.print(RatioTable.format(rows));
  }

  private static double bandwidth(Options given) throws RunnerException {
    Options read = only(given, "MemoryBandwidthBenchmark.read").build();
    return RatioTable.bandwidth(new Runner(read).run());
  }

  private static List<Options> targets(Options given) {
    return List.of(
        upsampler(given, "1"),
        upsampler(given, "8"),
        only(given, "DecodeStepBenchmark.step").build(),
        only(given, "VqVaeBenchmark.encode").build(),
        only(given, "VqVaeBenchmark.decode").param("level", "0").build());
  }

  /** The transformer of the released upsamplers. */
  private static Options upsampler(Options given, String batch) {
    return only(given, "DecodeStepBenchmark.step")
        .param("width", "1920")
        .param("depth", "72")
        .param("heads", "1")
        .param("attnOrder", "2")
        .param("blocks", "128")
        .param("nCtx", "8192")
        .param("bins", "2048")
        .param("batch", batch)
        .build();
  }

  private static ChainedOptionsBuilder only(Options given, String benchmark) {
    return new OptionsBuilder()
        .parent(given)
        .include("^dev\\.jukebox\\.benchmarks\\." + benchmark.replace(".", "\\.") + "$")
        .shouldFailOnError(true);
  }
}
