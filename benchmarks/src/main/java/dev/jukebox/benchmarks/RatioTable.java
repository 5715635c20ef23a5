package dev.jukebox.benchmarks;

import dev.jukebox.compute.DType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/** Results of a run beside the read bandwidth that was measured in it. */
final class RatioTable {
  private static final String BANDWIDTH = MemoryBandwidthBenchmark.class.getName() + ".read";
  private static final String STEP = DecodeStepBenchmark.class.getName() + ".step";

  /**
   * One result.
   *
   * @param name benchmark and its parameters
   * @param milliseconds time of one operation
   * @param gigabytes 10^9 bytes of weights that one operation reads, where that is known
   */
  record Row(String name, double milliseconds, Optional<Double> gigabytes) {
    /** 10^9 bytes a second. */
    Optional<Double> rate() {
      return gigabytes.map(bytes -> bytes / milliseconds * 1e3);
    }
  }

  private RatioTable() {}

  /** The read bandwidth, the largest of those in the results, in 10^9 bytes a second. */
  static double bandwidth(Collection<RunResult> results) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().equals(BANDWIDTH))
        .map(result -> result.getSecondaryResults().get("gigabytes").getScore())
        .max(Comparator.naturalOrder())
        .orElseThrow(() -> new IllegalStateException("no bandwidth was measured"));
  }

  /** The other results that are times in milliseconds. */
  static List<Row> rows(Collection<RunResult> results) {
    List<Row> rows = new ArrayList<>();
    for (RunResult result : results) {
      if (result.getPrimaryResult().getScoreUnit().equals("ms/op")) {
        BenchmarkParams params = result.getParams();
        rows.add(new Row(name(params), result.getPrimaryResult().getScore(), gigabytes(params)));
      }
    }
    return rows;
  }

  private static String name(BenchmarkParams params) {
    String benchmark = params.getBenchmark();
    String method = benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1));
    return params.getParamsKeys().stream()
        .map(key -> key + "=" + params.getParam(key))
        .collect(Collectors.joining(" ", method.substring(1) + " ", ""));
  }

  private static Optional<Double> gigabytes(BenchmarkParams params) {
    if (!params.getBenchmark().equals(STEP)) {
      return Optional.empty();
    }
    PriorShape shape =
        new PriorShape(
            number(params, "width"),
            number(params, "depth"),
            number(params, "heads"),
            number(params, "attnOrder"),
            number(params, "blocks"),
            number(params, "nCtx"),
            number(params, "bins"));
    DType storage = PriorState.storage(params.getParam("weights"));
    return Optional.of(shape.stepBytes(storage) * 1e-9);
  }

  private static int number(BenchmarkParams params, String name) {
    return Integer.parseInt(params.getParam(name));
  }

  /** The table as text, a line for each row. */
  static String format(double bandwidth, List<Row> rows) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "read bandwidth: %.1f GB/s%n", bandwidth));
    text.append(String.format(Locale.ROOT, "%10s %8s %6s  benchmark%n", "ms/op", "GB/s", "share"));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%10.3f %8s %6s  %s%n",
              row.milliseconds(),
              row.rate().map(rate -> String.format(Locale.ROOT, "%.1f", rate)).orElse("-"),
              row.rate()
                  .map(rate -> String.format(Locale.ROOT, "%.0f%%", 100 * rate / bandwidth))
                  .orElse("-"),
              row.name()));
    }
    return text.toString();
  }
}
