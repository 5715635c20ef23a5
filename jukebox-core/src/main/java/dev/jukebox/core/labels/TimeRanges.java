package dev.jukebox.core.labels;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;

/**
 * The times that a top-level prior has embeddings for: songs of at least minDuration and less than
 * maxDuration.
 *
 * @param minDuration seconds
 * @param maxDuration seconds
 * @param sampleRate samples a second
 */
public record TimeRanges(double minDuration, double maxDuration, int sampleRate) {

  public TimeRanges {
    if (!(minDuration >= 0 && minDuration < maxDuration) || sampleRate < 1) {
      throw new InvalidInputException(
          "There are no songs of at least "
              + Seconds.show(minDuration)
              + " and less than "
              + Seconds.show(maxDuration)
              + " at "
              + sampleRate
              + " Hz");
    }
  }

  /** The ranges of a prior: its min_duration, max_duration and sr. */
  public static TimeRanges of(Hyperparams prior) {
    return new TimeRanges(
        prior.doubleOf("min_duration"), prior.doubleOf("max_duration"), prior.intOf("sr"));
  }

  /** The shortest total length in samples, in single precision like every time that is embedded. */
  float minSamples() {
    return (float) minSamplesExact();
  }

  /** The bound of the total length in samples, in single precision. */
  float maxSamples() {
    return (float) maxSamplesExact();
  }

  double minSamplesExact() {
    return minDuration * sampleRate;
  }

  double maxSamplesExact() {
    return maxDuration * sampleRate;
  }

  /**
   * Refuses a song that the prior has no embeddings for.
   *
   * @param totalLength samples; must lie in [minDuration, maxDuration)
   * @param offset samples; must lie in [0, totalLength)
   * @throws InvalidInputException with the times in seconds
   */
  public void requireInside(long totalLength, long offset) {
    if (!((float) totalLength >= minSamples() && (float) totalLength < maxSamples())) {
      throw new InvalidInputException(
          "The total length of "
              + Seconds.show(totalLength, sampleRate)
              + " ("
              + totalLength
              + " samples) is outside what the model was trained on: at least "
              + Seconds.show(minDuration)
              + " and less than "
              + Seconds.show(maxDuration));
    }
    if (offset < 0 || offset >= totalLength) {
      throw new InvalidInputException(
          "The offset of "
              + Seconds.show(offset, sampleRate)
              + " ("
              + offset
              + " samples) is outside the song of "
              + Seconds.show(totalLength, sampleRate)
              + "; it must be at least 0 s and less than the total length");
    }
  }
}
