package dev.jukebox.core.data;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.SampleCoding;
import dev.jukebox.core.audio.WavFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Makes files whose every sample tells which song, channel and place it is from. */
final class Music {

  static final int RATE = 8_000;

  private Music() {}

  /** Sample i of a song's channel; the right one is minus half the left one. Exact in float. */
  static float sample(int song, int channel, long i) {
    return (channel == 0 ? 1 : -0.5f) * ((song + 1) * 100_000L + i) * 0x1p-21f;
  }

  /** Writes a song of float samples. */
  static Path stereo(Path file, int song, int length) {
    return wav(file, song, length, 2);
  }

  static Path mono(Path file, int song, int length) {
    return wav(file, song, length, 1);
  }

  static Path fixture(String name, Path to) {
    URL url = Music.class.getClassLoader().getResource("audio/" + name);
    try {
      Files.createDirectories(to.getParent());
      return Files.copy(Path.of(url.toURI()), to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Leaves only the first part of a file's bytes. */
  static void cut(Path file, double part) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * part)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DataSettings settings(Path directory) {
    return new DataSettings(
        directory, RATE, 1_000, 0.2, Double.POSITIVE_INFINITY, 0, false, 0.9, 3, 2, 5);
  }

  private static Path wav(Path file, int song, int length, int channels) {
    float[][] samples = new float[channels][length];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < length; i++) {
        samples[c][i] = sample(song, c, i);
      }
    }
    WavFile.write(file, Audio.of(RATE, samples), SampleCoding.FLOAT_32);
    return file;
  }
}
