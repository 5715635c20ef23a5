package dev.jukebox.api;

import dev.jukebox.core.audio.AudioReader;
import dev.jukebox.core.audio.WavFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Mono sound; immutable.
 *
 * <pre>{@code
 * result.level(0).audio(0).writeWav(Path.of("song.wav"));
 * }</pre>
 */
public final class Audio {
  private final float[] samples;
  private final int sampleRate;

  private Audio(float[] samples, int sampleRate) {
    this.samples = samples;
    this.sampleRate = sampleRate;
  }

  /**
   * Sound of these samples, which are copied.
   *
   * @param samples in [-1, 1]
   * @param sampleRate samples a second
   */
  public static Audio of(float[] samples, int sampleRate) {
    return new Audio(samples.clone(), sampleRate);
  }

  /**
   * The sound of a file, mixed to mono and resampled; WAV, and what FFmpeg decodes.
   *
   * @param file WAV, mp3, flac, ogg, m4a, opus and others
   * @param sampleRate samples a second to resample to
   * @throws dev.jukebox.error.FileAccessException if it cannot be read
   * @throws dev.jukebox.error.InvalidInputException if it holds no sound
   */
  public static Audio read(Path file, int sampleRate) {
    return new Audio(AudioReader.load(file, sampleRate, true).channel(0), sampleRate);
  }

  /** This sound cut to its first samples. */
  public Audio first(int count) {
    return of(Arrays.copyOf(samples, Math.min(count, samples.length)), sampleRate);
  }

  /** A copy of the samples; what a model decodes can lie slightly outside [-1, 1]. */
  public float[] samples() {
    return samples.clone();
  }

  /** Number of samples. */
  public int length() {
    return samples.length;
  }

  /** Samples a second. */
  public int sampleRate() {
    return sampleRate;
  }

  /** Length in seconds. */
  public double seconds() {
    return samples.length / (double) sampleRate;
  }

  /**
   * Writes a 16-bit WAV file, clipped to ±1; a file of that name is replaced only by a whole one.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be written
   */
  public void writeWav(Path file) {
    WavFile.write(file, dev.jukebox.core.audio.Audio.mono(sampleRate, samples));
  }
}
