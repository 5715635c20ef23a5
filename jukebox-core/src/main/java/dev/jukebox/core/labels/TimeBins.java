package dev.jukebox.core.labels;

import dev.jukebox.error.InvalidInputException;

/**
 * The places of a window's times in the three time embeddings of a top-level prior.
 *
 * <p>A value v of a range [min, max) has bin ⌊bins·((v − min)/(max − min))⌋; position i of n stands
 * at start + (end − start)·(i/n). All of it is computed in single precision, as the original does,
 * so that every bin is the one it was trained with.
 */
public final class TimeBins {

  private final int total;
  private final int[] absolute;
  private final int[] relative;

  private TimeBins(int total, int[] absolute, int[] relative) {
    this.total = total;
    this.absolute = absolute;
    this.relative = relative;
  }

  /**
   * The bins of one window.
   *
   * @param y a label: total length, offset and sample length in samples come first
   * @param ranges the prior's ranges
   * @param positions tokens of the window
   * @param bins bins of each embedding
   * @throws InvalidInputException with the times in seconds, if the song is outside the ranges, or
   *     the window reaches beyond max_duration or starts behind the song
   */
  public static TimeBins of(long[] y, TimeRanges ranges, int positions, int bins) {
    long totalLength = y[0];
    long offset = y[1];
    long end = offset + y[2];
    ranges.requireInside(totalLength, offset);
    if (!((float) end >= 0 && (float) end <= ranges.maxSamples())) {
      throw beyond(ranges, offset, end, "max_duration, " + Seconds.show(ranges.maxDuration()));
    }
    float total = (float) totalLength;
    float relativeStart = (float) offset / total;
    float relativeEnd = Math.max(0.0f, Math.min((float) end / total, 1.0f));
    Range lengths =
        new Range(
            ranges.minSamples(),
            (float) (ranges.maxSamplesExact() - ranges.minSamplesExact()),
            bins);
    Range places = new Range(0.0f, ranges.maxSamples(), bins);
    Range parts = new Range(0.0f, 1.0f, bins);
    int[] absolute = new int[positions];
    int[] relative = new int[positions];
    int totalBin = lengths.binOf(total);
    int wrong = lengths.holds(totalBin) ? 0 : 1;
    for (int i = 0; i < positions; i++) {
      float step = (float) i / (float) positions;
      absolute[i] = places.binOf((float) offset + ((float) end - (float) offset) * step);
      relative[i] = parts.binOf(relativeStart + (relativeEnd - relativeStart) * step);
      wrong += places.holds(absolute[i]) && parts.holds(relative[i]) ? 0 : 1;
    }
    if (wrong > 0) {
      String song = "the end of the song at " + Seconds.show(totalLength, ranges.sampleRate());
      throw beyond(ranges, offset, end, song);
    }
    return new TimeBins(totalBin, absolute, relative);
  }

  /** The bin of the total length. */
  public int total() {
    return total;
  }

  /** The bin of each position's time since the start of the song. */
  public int[] absolute() {
    return absolute.clone();
  }

  /** The bin of each position's part of the song. */
  public int[] relative() {
    return relative.clone();
  }

  private static InvalidInputException beyond(TimeRanges ranges, long start, long end, String of) {
    return new InvalidInputException(
        "The window from "
            + Seconds.show(start, ranges.sampleRate())
            + " to "
            + Seconds.show(end, ranges.sampleRate())
            + " reaches beyond "
            + of
            + "; sample less, or start earlier");
  }

  private record Range(float least, float width, int bins) {

    int binOf(float value) {
      return (int) Math.floor(bins * ((value - least) / width));
    }

    boolean holds(int bin) {
      return bin >= 0 && bin < bins;
    }
  }
}
