package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.SampleCoding;
import dev.jukebox.core.audio.WavFile;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BandwidthTest {

  private static final int LENGTH = 6_000;
  private static final int CHUNKS = 20;

  @TempDir private Path directory;

  /** The numbers are those of the original's calculate_bandwidth of the same samples. */
  @Test
  void numbersAreThoseOfTheOriginal() {
    write(2);
    try (TrainingData data = TrainingData.builder(settings()).open()) {
      assertEquals(CHUNKS, data.chunks());
      // 20000 samples: two chunks, 0 and 16.
      Bandwidth bandwidth = data.bandwidth(2.5, BandwidthTest::norm);
      assertEquals(0.07068181547289008, bandwidth.l2(), 1e-12);
      assertEquals(0.19828918141158253, bandwidth.l1(), 1e-12);
      // Where the original's spectra are of double rather than single precision; with those its
      // own sum of squares in single precision gives 732.8194.
      assertEquals(732.8210902958828, bandwidth.spec(), 1e-8 * 732.8);
      assertEquals(bandwidth, data.bandwidth(2.5, BandwidthTest::norm));
    }
  }

  @Test
  void aSmallDataSetIsMeasuredAsAWhole() {
    write(2);
    double squares = 0;
    double total = 0;
    double absolute = 0;
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < CHUNKS * LENGTH; i++) {
        double sample = sample(c, i);
        squares += sample * sample;
        total += sample;
        absolute += Math.abs(sample);
      }
    }
    int count = 2 * CHUNKS * LENGTH;
    try (TrainingData data = TrainingData.builder(settings()).open()) {
      Bandwidth bandwidth = data.bandwidth(600, mono -> mono[0]);
      assertEquals(squares / count - Math.pow(total / count, 2), bandwidth.l2(), 1e-12);
      assertEquals(absolute / count, bandwidth.l1(), 1e-12);
    }
  }

  @Test
  void monoCountsTwice() {
    write(1);
    try (TrainingData data = TrainingData.builder(settings()).open()) {
      int[] spectra = new int[1];
      data.bandwidth(2.5, mono -> spectra[0]++);
      assertEquals(2, spectra[0]);
    }
  }

  @Test
  void withoutOneChunkThereIsNoBandwidth() throws IOException {
    write(1);
    try (TrainingData data = TrainingData.builder(settings()).open()) {
      Files.delete(directory.resolve("a.wav"));
      assertThrows(InvalidInputException.class, () -> data.bandwidth(1, mono -> 0));
    }
  }

  private DataSettings settings() {
    return new DataSettings(directory, 8_000, LENGTH, 1, 600, 0, false, 0.9, 2, 2, 1);
  }

  private void write(int channels) {
    float[][] samples = new float[channels][CHUNKS * LENGTH];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < samples[c].length; i++) {
        samples[c][i] = sample(c, i);
      }
    }
    WavFile.write(directory.resolve("a.wav"), Audio.of(8_000, samples), SampleCoding.FLOAT_32);
  }

  private static float sample(int channel, int i) {
    int chunk = i / LENGTH;
    return channel == 0
        ? (float) (Math.sin(i * 0.05) * 0.5 + 0.1)
        : (float) (Math.cos(i * 0.31) * 0.25 * (chunk + 1) / 20);
  }

  /** The definition of {@link SpectrumNorm} in double precision. */
  private static double norm(float[] mono) {
    int size = SpectrumNorm.FFT_SIZE;
    FastFourierTransformer fft = new FastFourierTransformer(DftNormalization.STANDARD);
    double squares = 0;
    for (int frame = 0; frame <= mono.length / SpectrumNorm.HOP; frame++) {
      double[] windowed = new double[size];
      int margin = (size - SpectrumNorm.WINDOW) / 2;
      for (int i = 0; i < SpectrumNorm.WINDOW; i++) {
        int at = Math.abs(frame * SpectrumNorm.HOP - size / 2 + margin + i);
        double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / SpectrumNorm.WINDOW);
        windowed[margin + i] = hann * mono[at < mono.length ? at : 2 * mono.length - 2 - at];
      }
      Complex[] spectrum = fft.transform(windowed, TransformType.FORWARD);
      for (int k = 0; k <= size / 2; k++) {
        squares += Math.pow(spectrum[k].abs(), 2);
      }
    }
    return Math.sqrt(squares);
  }
}
