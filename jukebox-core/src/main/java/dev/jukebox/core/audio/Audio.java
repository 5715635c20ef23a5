package dev.jukebox.core.audio;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;

/**
 * Sampled sound: one row of floats per channel, nominally in [-1, 1], at a sample rate. Immutable.
 *
 * <pre>{@code
 * Audio tone = Audio.mono(44_100, samples);
 * Audio secondHalf = tone.slice(tone.length() / 2, tone.length() - tone.length() / 2);
 * }</pre>
 */
public final class Audio {

  private final int sampleRate;
  private final float[][] channels;

  private Audio(int sampleRate, float[][] channels) {
    this.sampleRate = sampleRate;
    this.channels = channels;
  }

  /**
   * Audio of one channel; the samples are copied.
   *
   * @throws InvalidInputException if the rate is not positive
   */
  public static Audio mono(int sampleRate, float[] samples) {
    return of(sampleRate, new float[][] {samples});
  }

  /**
   * Audio of the given channels, each {@code [length]}; the samples are copied.
   *
   * @throws InvalidInputException if there is no channel, the lengths differ or the rate is not
   *     positive
   */
  public static Audio of(int sampleRate, float[][] channels) {
    float[][] copy = new float[channels.length][];
    for (int c = 0; c < channels.length; c++) {
      copy[c] = channels[c].clone();
    }
    return wrap(sampleRate, copy);
  }

  /** As {@link #of}, but keeps the arrays: for arrays that nobody else holds. */
  static Audio wrap(int sampleRate, float[][] channels) {
    if (sampleRate <= 0) {
      throw new InvalidInputException(
          "Audio needs a positive sample rate, but " + sampleRate + " Hz was given.");
    }
    if (channels.length == 0) {
      throw new InvalidInputException("Audio needs at least one channel, but none was given.");
    }
    for (float[] channel : channels) {
      if (channel.length != channels[0].length) {
        throw new InvalidInputException(
            "All channels of audio need the same length, but one has "
                + channels[0].length
                + " samples and another "
                + channel.length
                + ".");
      }
    }
    return new Audio(sampleRate, channels);
  }

  /** Samples per second of each channel. */
  public int sampleRate() {
    return sampleRate;
  }

  /** The number of channels, at least 1. */
  public int channels() {
    return channels.length;
  }

  /** Samples of each channel. */
  public int length() {
    return channels[0].length;
  }

  /** The duration. */
  public double seconds() {
    return (double) length() / sampleRate;
  }

  /** One sample. */
  public float sample(int channel, int index) {
    return channels[channel][index];
  }

  /** A copy of one channel, {@code [length]}. */
  public float[] channel(int channel) {
    return channels[channel].clone();
  }

  /** The mean of the channels as audio of one channel. */
  public Audio mono() {
    if (channels.length == 1) {
      return this;
    }
    float[] mean = new float[length()];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] channel : channels) {
        sum += channel[i];
      }
      mean[i] = (float) (sum / channels.length);
    }
    return new Audio(sampleRate, new float[][] {mean});
  }

  /**
   * The samples {@code [start, start + count)} of every channel.
   *
   * @throws InvalidInputException if the audio does not hold them
   */
  public Audio slice(int start, int count) {
    if (start < 0 || count < 0 || start > length() - count) {
      throw new InvalidInputException(
          "Samples "
              + start
              + " to "
              + ((long) start + count)
              + " were asked for, but the audio has "
              + length()
              + ".");
    }
    float[][] part = new float[channels.length][];
    for (int c = 0; c < part.length; c++) {
      part[c] = Arrays.copyOfRange(channels[c], start, start + count);
    }
    return new Audio(sampleRate, part);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Audio that
        && sampleRate == that.sampleRate
        && Arrays.deepEquals(channels, that.channels);
  }

  @Override
  public int hashCode() {
    return 31 * sampleRate + Arrays.deepHashCode(channels);
  }

  @Override
  public String toString() {
    return "Audio[" + channels.length + " x " + length() + " at " + sampleRate + " Hz]";
  }
}
