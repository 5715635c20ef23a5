package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.Graph;
import java.util.Arrays;

/**
 * Times operations that a device repeats without the host: captured once, launched so often that
 * the wall time of a sample is long beside the wait for its end.
 */
final class GraphTimer {
  private static final double NANOS_A_MILLISECOND = 1e6;
  private static final double NANOS_A_MICROSECOND = 1e3;
  private static final int MAX_LAUNCHES = 1 << 16;

  private final Backend backend;
  private final double sampleMillis;
  private final int samples;

  /**
   * A timer.
   *
   * @param sampleMillis least wall time of a sample
   * @param samples of which the median counts
   */
  GraphTimer(Backend backend, double sampleMillis, int samples) {
    this.backend = backend;
    this.sampleMillis = sampleMillis;
    this.samples = samples;
  }

  /**
   * What was measured.
   *
   * @param micros median time of one operation
   * @param spread (largest − smallest sample) / median
   * @param count operations of a sample
   */
  record Timing(double micros, double spread, long count) {}

  /**
   * The time of one of {@code operations} operations that the body asks for.
   *
   * @param body has been run before
   */
  Timing time(int operations, Runnable body) {
    try (Graph graph = backend.capture(body)) {
      int launches = 1;
      double nanos = nanos(graph, launches);
      while (nanos < sampleMillis * NANOS_A_MILLISECOND && launches < MAX_LAUNCHES) {
        double factor = 1.2 * sampleMillis * NANOS_A_MILLISECOND / nanos;
        launches = (int) Math.min(MAX_LAUNCHES, Math.ceil(launches * Math.min(factor, 64)) + 1);
        nanos = nanos(graph, launches);
      }
      double[] all = new double[samples];
      for (int i = 0; i < samples; i++) {
        all[i] = nanos(graph, launches);
      }
      Arrays.sort(all);
      double median = all[samples / 2];
      long count = (long) launches * operations;
      return new Timing(
          median / count / NANOS_A_MICROSECOND, (all[samples - 1] - all[0]) / median, count);
    }
  }

  private double nanos(Graph graph, int launches) {
    long start = System.nanoTime();
    for (int i = 0; i < launches; i++) {
      graph.launch();
    }
    backend.synchronize();
    return Math.max(1, System.nanoTime() - start);
  }
}
