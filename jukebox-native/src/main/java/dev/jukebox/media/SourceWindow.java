package dev.jukebox.media;

import dev.jukebox.error.InvalidInputException;

/**
 * The source samples from which a span of resampled audio is made, so that a part of a file comes
 * out as the same part of the whole resampled file.
 *
 * <p>Output k of a resampler stands at source time k · from / to. The window therefore starts where
 * a source sample and an output fall together, a filter's reach before the span, and {@code skip}
 * outputs are dropped.
 *
 * @param start the first source sample
 * @param end the source sample after the last one; {@link Long#MAX_VALUE} for all to the end
 * @param skip the outputs before the span
 */
public record SourceWindow(long start, long end, long skip) {

  /** Source samples on either side that a filter may need, at equal rates. */
  private static final int REACH = 128;

  private static final long MAX_OFFSET = 1L << 41;
  private static final int MAX_RATE = 1 << 20;

  /**
   * The window for the outputs {@code [offset, offset + count)}.
   *
   * @param from the source's samples per second
   * @param to the output's samples per second
   * @param offset the first output
   * @param count the number of outputs; {@link Long#MAX_VALUE} for all to the end
   * @throws InvalidInputException if a rate is not in [1, 2^20] or the span not in [0, 2^41]
   */
  public static SourceWindow of(int from, int to, long offset, long count) {
    requireRate(from);
    requireRate(to);
    if (offset < 0 || offset > MAX_OFFSET || count < 0) {
      throw new InvalidInputException(
          "Audio cannot be read from sample " + offset + " for " + count + " samples.");
    }
    boolean toTheEnd = count > MAX_OFFSET;
    if (from == to) {
      return new SourceWindow(offset, toTheEnd ? Long.MAX_VALUE : offset + count, 0);
    }
    int divisor = gcd(from, to);
    long sourceStep = from / divisor;
    long outputStep = to / divisor;
    long reach = (long) REACH * (from / to + 1);
    long earliest = Math.max(0, offset * sourceStep / outputStep - reach);
    long steps = earliest / sourceStep;
    long end = toTheEnd ? Long.MAX_VALUE : (offset + count) * sourceStep / outputStep + 1 + reach;
    return new SourceWindow(steps * sourceStep, end, offset - steps * outputStep);
  }

  /** The outputs of {@code samples} source samples: those that stand before the source's end. */
  public static long outputLength(long samples, int from, int to) {
    requireRate(from);
    requireRate(to);
    int divisor = gcd(from, to);
    long sourceStep = from / divisor;
    return Math.addExact(Math.multiplyExact(samples, to / divisor), sourceStep - 1) / sourceStep;
  }

  private static void requireRate(int rate) {
    if (rate < 1 || rate > MAX_RATE) {
      throw new InvalidInputException(
          "A sample rate must be from 1 to " + MAX_RATE + " Hz, but is " + rate + ".");
    }
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
