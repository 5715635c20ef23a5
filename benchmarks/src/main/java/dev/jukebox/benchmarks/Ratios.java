package dev.jukebox.benchmarks;

import java.util.ArrayList;
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
 * Runs benchmarks between two measurements of the read bandwidth, and prints a table with the share
 * of it that weights are read at.
 *
 * <p>Takes the options of JMH. Without names of benchmarks it runs the shapes that have targets in
 * docs/performance.md.
 */
public final class Ratios {

  private Ratios() {}

  public static void main(String[] args) throws CommandLineOptionException, RunnerException {
    CommandLineOptions given = new CommandLineOptions(args);
    List<Options> runs = new ArrayList<>();
    runs.add(only(given, "MemoryBandwidthBenchmark.read").build());
    if (given.getIncludes().isEmpty()) {
      runs.addAll(targets(given));
    } else {
      runs.add(given);
    }
    runs.add(only(given, "MemoryBandwidthBenchmark.read").build());
    List<RunResult> results = new ArrayList<>();
    for (Options run : runs) {
      results.addAll(new Runner(run).run());
    }
    System.out.println();
    System.out.print(RatioTable.format(RatioTable.bandwidth(results), RatioTable.rows(results)));
  }

  private static List<Options> targets(Options given) {
    return List.of(
        only(given, "DecodeStepBenchmark.step")
            .param("width", "1920")
            .param("depth", "72")
            .param("heads", "1")
            .param("attnOrder", "2")
            .param("blocks", "128")
            .param("nCtx", "8192")
            .param("bins", "2048")
            .param("batch", "1", "8")
            .build(),
        only(given, "DecodeStepBenchmark.step").build(),
        only(given, "VqVaeBenchmark.encode").build(),
        only(given, "VqVaeBenchmark.decode").param("level", "0").build());
  }

  private static ChainedOptionsBuilder only(Options given, String benchmark) {
    return new OptionsBuilder()
        .parent(given)
        .include("^dev\\.jukebox\\.benchmarks\\." + benchmark.replace(".", "\\.") + "$")
        .shouldFailOnError(true);
  }
}
