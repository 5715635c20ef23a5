package dev.jukebox.core.data;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.error.InvalidInputException;
import java.util.Optional;

/**
 * How loud the data are, by which the losses of a VQ-VAE are divided, so that a loss of 1 means
 * that nothing was learned.
 *
 * <pre>{@code
 * Bandwidth bandwidth = data.bandwidth(600, spectrumNorm);
 * double loss = squaredError / bandwidth.l2();
 * }</pre>
 *
 * @param l2 variance of the samples
 * @param l1 mean absolute value of the samples
 * @param spec mean over chunks of the norm of the magnitudes of their spectra, see {@link
 *     SpectrumNorm}
 */
public record Bandwidth(double l2, double l1, double spec) {

  /** Chunks so far apart are measured, so that a part of the data tells of all of them. */
  private static final int STRIDE = 16;

  /** Shifts of the measurement are drawn as those of an epoch that no run has. */
  private static final int EPOCH = -1;

  /**
   * Measures chunks 0, 16, 32, …, as the original does, and from there on 1, 17, …, 2, …, until
   * enough samples were seen or none is left. Samples of both channels count, mono music twice; the
   * spectrum is that of their mean.
   *
   * @param seconds of samples, those of both channels counted
   */
  static Bandwidth measure(
      ChunkReader reader, int chunks, int sampleRate, double seconds, SpectrumNorm norm) {
    long wanted = (long) (sampleRate * seconds);
    Sums sums = new Sums();
    for (int first = 0; first < Math.min(STRIDE, chunks); first++) {
      for (int item = first; item < chunks && sums.seen < wanted; item += STRIDE) {
        Optional<Chunk> chunk = reader.tryRead(item, EPOCH);
        chunk.ifPresent(read -> sums.add(read.audio(), norm));
      }
    }
    if (sums.chunks == 0) {
      throw new InvalidInputException(
          "Not one of " + chunks + " chunks of music can be decoded to measure its bandwidth.");
    }
    return sums.mean();
  }

  private static final class Sums {

    private long seen;
    private long chunks;
    private double absolute;
    private double total;
    private double squares;
    private double spectra;

    void add(Audio audio, SpectrumNorm norm) {
      float[] left = audio.channels() == 2 ? audio.channel(0) : audio.mono().channel(0);
      float[] right = audio.channels() == 2 ? audio.channel(1) : left;
      for (float[] channel : new float[][] {left, right}) {
        for (float sample : channel) {
          absolute += Math.abs((double) sample);
          total += sample;
          squares += (double) sample * sample;
        }
        seen += channel.length;
      }
      spectra += norm.of(audio.mono().channel(0));
      chunks++;
    }

    Bandwidth mean() {
      double mean = total / seen;
      return new Bandwidth(squares / seen - mean * mean, absolute / seen, spectra / chunks);
    }
  }
}
