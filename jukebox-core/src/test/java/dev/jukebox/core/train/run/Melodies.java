package dev.jukebox.core.train.run;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.SampleCoding;
import dev.jukebox.core.audio.WavFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Songs of plucked notes from a scale, for runs of training. */
final class Melodies {
  private static final int[] SCALE = {0, 2, 4, 7, 9, 12};

  private Melodies() {}

  /** Writes songs of this length each. */
  static void write(Path directory, int songs, double seconds, int sampleRate) {
    for (int song = 0; song < songs; song++) {
      Audio audio = Audio.mono(sampleRate, samples(song, seconds, sampleRate));
      try {
        Files.createDirectories(directory);
        try (OutputStream out = Files.newOutputStream(directory.resolve("song" + song + ".wav"))) {
          WavFile.encode(audio, SampleCoding.PCM_16, out);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static float[] samples(int song, double seconds, int sampleRate) {
    Random random = new Random(song);
    float[] samples = new float[(int) (seconds * sampleRate)];
    int note = sampleRate / 4;
    for (int start = 0; start < samples.length; start += note) {
      double pitch = 220 * Math.pow(2, SCALE[random.nextInt(SCALE.length)] / 12.0);
      for (int i = 0; i < note && start + i < samples.length; i++) {
        double t = i / (double) sampleRate;
        double wave =
            Math.sin(2 * Math.PI * pitch * t) + 0.4 * Math.sin(4 * Math.PI * pitch * t + song);
        samples[start + i] = (float) (0.35 * Math.exp(-6 * t) * wave);
      }
    }
    return samples;
  }
}
