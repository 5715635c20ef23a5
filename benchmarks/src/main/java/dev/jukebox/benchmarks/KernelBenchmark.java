package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Times single kernels where they run, at the shapes of the released models, and prints what share
 * of the device's two limits they reach: the bandwidth at which memory is copied and the rate of
 * the largest matrix product.
 *
 * <p>Each kernel is run and its result checked, then it is captured in a graph, several in a chain
 * over different weights or caches so that they come from memory, and launched until the wall time
 * of a sample is long; the median of the samples counts.
 *
 * <pre>{@code
 * java -cp 'lib/*' dev.jukebox.benchmarks.KernelBenchmark --backend cuda --json results.json
 * }</pre>
 *
 * Options: {@code --backend}; {@code --only} (a pattern over names of kernels); {@code --tiny}
 * (shapes for an emulator); {@code --millis} and {@code --samples} of a measurement; {@code
 * --copy-gigabytes} (a copy bandwidth that was measured by other means, if it is the larger one);
 * {@code --seconds} after which no other kernel is begun; {@code --json} (a file to append to).
 */
public final class KernelBenchmark {
  private static final double NANOS = 1e-9;

  private KernelBenchmark() {}

  public static void main(String[] arguments) {
    Arguments options =
        new Arguments(
            arguments,
            "backend",
            "only",
            "tiny",
            "millis",
            "samples",
            "copy-gigabytes",
            "seconds",
            "json");
    System.exit(run(options) ? 0 : 1);
  }

  /** Whether every kernel gave right results. */
  static boolean run(Arguments options) {
    ResultsFile file = new ResultsFile(options.path("json"));
    long start = System.nanoTime();
    double limit = options.number("seconds", Double.POSITIVE_INFINITY);
    try (Backend backend = Opened.backend(options.text("backend", "auto"), 0)) {
      GraphTimer timer =
          new GraphTimer(
              backend, options.number("millis", 100), (int) options.number("samples", 3));
      KernelTable[] table = {new KernelTable(0, 0)};
      KernelRun run =
          new KernelRun(
              backend,
              timer,
              options.flag("tiny"),
              Pattern.compile(options.text("only", "")),
              result -> {
                System.out.print(table[0].line(result));
                System.out.flush();
                file.add("kernel", values(backend, table[0], result));
              });
      System.out.print(KernelTable.head());
      new RowKernels(run).copies();
      new LinearKernels(run).matrixRate();
      double copy =
          Math.max(KernelTable.best(run.results(), "copy"), options.number("copy-gigabytes", 0));
      double matrix = KernelTable.best(run.results(), "matrix rate");
      table[0] = new KernelTable(copy, matrix);
      System.out.printf("# shares are of %.0f GB/s and %.1f TFLOP/s%n", copy, matrix);
      System.out.println("# data sheet of an H200: 4800 GB/s; f16 and bf16 dense 989 TFLOP/s");
      for (Runnable family : families(run)) {
        if ((System.nanoTime() - start) * NANOS > limit) {
          System.out.println("# the time is up: the families after this are left out");
          break;
        }
        family.run();
      }
      return run.results().stream().allMatch(result -> result.timing().isPresent());
    }
  }

  private static List<Runnable> families(KernelRun run) {
    return List.of(
        new LinearKernels(run)::run,
        new AttentionKernels(run)::run,
        new RowKernels(run)::run,
        new OptimizerKernels(run)::run,
        new ConvKernels(run)::run);
  }

  private static Map<String, Object> values(
      Backend backend, KernelTable table, KernelResult result) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("backend", backend.name());
    values.put("device", backend.description());
    values.put("kernel", result.kernel());
    values.put("shape", result.shape());
    values.put("microseconds", result.timing().map(GraphTimer.Timing::micros));
    values.put("spread", result.timing().map(GraphTimer.Timing::spread));
    values.put("operations", result.timing().map(GraphTimer.Timing::count));
    values.put("bytes", result.work().bytes());
    values.put("flops", result.work().flops());
    values.put("footprint", result.work().footprint());
    values.put("gigabytes_per_second", result.gigabytes());
    values.put("teraflops", result.teraflops());
    values.put("share_of_copy", table.share(result));
    values.put("failure", result.failure());
    return values;
  }
}
