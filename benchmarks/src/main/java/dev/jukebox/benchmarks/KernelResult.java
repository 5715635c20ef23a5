package dev.jukebox.benchmarks;

import java.util.Optional;

/**
 * What one kernel reached at one shape.
 *
 * @param kernel what it computes
 * @param shape extents and types
 * @param work what one operation needs
 * @param timing how long it took, or empty if it failed
 * @param failure why it has no time, else empty
 */
record KernelResult(
    String kernel, String shape, Work work, Optional<GraphTimer.Timing> timing, String failure) {

  /**
   * What one operation cannot do without.
   *
   * @param bytes read and written at least
   * @param flops additions and multiplications
   * @param footprint bytes that are gone over before one of them is used again: below the size of a
   *     device's L2 cache the rate is that of the cache
   */
  record Work(double bytes, double flops, double footprint) {}

  /** 10^9 bytes a second. */
  Optional<Double> gigabytes() {
    return timing.filter(t -> work.bytes() > 0).map(t -> work.bytes() / t.micros() * 1e-3);
  }

  /** 10^12 operations a second. */
  Optional<Double> teraflops() {
    return timing.filter(t -> work.flops() > 0).map(t -> work.flops() / t.micros() * 1e-6);
  }
}
