package dev.jukebox.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Kernels beside the two limits of the device, which were measured in the same run. */
final class KernelTable {
  private static final int L2_MEGABYTES = 128;

  private final double copyGigabytes;
  private final double matrixTeraflops;

  /**
   * A table.
   *
   * @param copyGigabytes 10^9 bytes a second at which memory is copied; 0 if unknown
   * @param matrixTeraflops 10^12 operations a second of the largest product; 0 if unknown
   */
  KernelTable(double copyGigabytes, double matrixTeraflops) {
    this.copyGigabytes = copyGigabytes;
    this.matrixTeraflops = matrixTeraflops;
  }

  /** The largest rate of the kernels of this name. */
  static double best(List<KernelResult> results, String kernel) {
    return results.stream()
        .filter(result -> result.kernel().equals(kernel))
        .flatMap(
            result -> (kernel.equals("copy") ? result.gigabytes() : result.teraflops()).stream())
        .max(Comparator.naturalOrder())
        .orElse(0.0);
  }

  static String head() {
    return String.format(
        "%11s %10s %8s %6s %10s %8s %6s %6s  %s%n",
        "us", "MB", "GB/s", "share", "GFLOP", "TFLOP/s", "share", "spread", "kernel");
  }

  /** One line. */
  String line(KernelResult result) {
    String name = result.kernel() + ": " + result.shape();
    if (result.timing().isEmpty()) {
      return "     FAILED  " + name + ": " + result.failure() + System.lineSeparator();
    }
    boolean cached = result.work().bytes() > 0 && result.work().footprint() < L2_MEGABYTES * 1e6;
    return String.format(
        Locale.ROOT,
        "%11.2f %10.3f %8s %6s %10.3f %8s %6s %5.0f%%  %s%s%n",
        result.timing().get().micros(),
        result.work().bytes() * 1e-6,
        number("%.1f", result.gigabytes()),
        share(result.gigabytes(), copyGigabytes),
        result.work().flops() * 1e-9,
        number("%.1f", result.teraflops()),
        share(result.teraflops(), matrixTeraflops),
        100 * result.timing().get().spread(),
        name,
        cached ? " (fits a cache)" : "");
  }

  Optional<Double> share(KernelResult result) {
    return result.gigabytes().filter(rate -> copyGigabytes > 0).map(rate -> rate / copyGigabytes);
  }

  private static String share(Optional<Double> rate, double limit) {
    return limit > 0 ? number("%.0f%%", rate.map(value -> 100 * value / limit)) : "-";
  }

  private static String number(String format, Optional<Double> value) {
    return value.map(v -> String.format(Locale.ROOT, format, v)).orElse("-");
  }
}
