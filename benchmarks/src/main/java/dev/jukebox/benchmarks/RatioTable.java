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

/** Results beside the read bandwidth that was measured around them. */
final class RatioTable {
  private static final String BANDWIDTH = MemoryBandwidthBenchmark.class.getName() + ".read";
  private static final String STEP = DecodeStepBenchmark.class.getName() + ".step";
  private static final String ADAM = AdamBenchmark.class.getName() + ".step";

  /**
   * One result.
   *
   * @param name benchmark and its parameters
   * @param milliseconds time of one operation
   * @param gigabytes 10^9 bytes of weights, on a device also of keys and values in the middle of a
   *     window, that one operation reads, or that a step of Adam reads and writes, where that is
   *     known
   * @param bandwidth at which memory was read before or after, in 10^9 bytes a second
   */
  record Row(String name, double milliseconds, Optional<Double> gigabytes, double bandwidth) {
    /** 10^9 bytes a second. */
    Optional<Double> rate() {
      return gigabytes.map(bytes -> bytes / milliseconds * 1e3);
    }
  }

  private RatioTable() {}

  /** The read bandwidth, the largest if there are several, in 10^9 bytes a second. */
  static double bandwidth(Collection<RunResult> results) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().equals(BANDWIDTH))
        .map(result -> result.getSecondaryResults().get("gigabytes").getScore())
        .max(Comparator.naturalOrder())
        .orElseThrow(() -> new IllegalStateException("no bandwidth was measured"));
  }

  /** The results that are times in milliseconds. */
  static List<Row> rows(Collection<RunResult> results, double bandwidth) {
    List<Row> rows = new ArrayList<>();
    for (RunResult result : results) {
      if (result.getPrimaryResult().getScoreUnit().equals("ms/op")) {
        BenchmarkParams params = result.getParams();
        double score = result.getPrimaryResult().getScore();
        rows.add(new Row(name(params), score, gigabytes(params), bandwidth));
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
    if (params.getBenchmark().equals(ADAM)) {
      boolean averaged = Boolean.parseBoolean(params.getParam("averaged"));
      double bytes =
          AdamBenchmark.stepBytes(
              number(params, "parameters"), params.getParam("moments"), averaged);
      return Optional.of(bytes * 1e-9);
    }
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
            number(params, "bins"),
            number(params, "lyrics"));
    DType storage = PriorState.storage(params.getParam("weights"));
    double bytes = shape.stepBytes(storage);
    if (params.getParam("backend").startsWith("cuda")) {
      DType cache = storage == DType.F32 ? DType.F32 : DType.F16;
      int middle = (number(params, "prompt") + number(params, "nCtx")) / 2;
      bytes += number(params, "batch") * (double) shape.cacheBytes(cache, middle);
    }
    return Optional.of(bytes * 1e-9);
  }

  private static int number(BenchmarkParams params, String name) {
    return Integer.parseInt(params.getParam(name));
  }

  /** The table as text, a line for each row. */
  static String format(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    text.append(line("ms/op", "GB/s", "read GB/s", "share", "benchmark"));
    for (Row row : rows) {
      text.append(
          line(
              number("%.3f", row.milliseconds()),
              row.rate().map(rate -> number("%.1f", rate)).orElse("-"),
              number("%.1f", row.bandwidth()),
              row.rate().map(rate -> number("%.0f%%", 100 * rate / row.bandwidth())).orElse("-"),
              row.name()));
    }
    return text.toString();
  }

  private static String line(
      String time, String rate, String bandwidth, String share, String name) {
    return String.format("%10s %8s %10s %6s  %s%n", time, rate, bandwidth, share, name);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
