package dev.jukebox.core.audio;

import java.nio.file.Path;
import java.util.Random;

/**
 * Three seconds of music made from sines and noise: the recording that the examples begin with.
 * StrictMath and a seeded generator give the same samples on every machine.
 */
final class ExampleRecording {

  static final Path FILE = Path.of("..", "examples", "audio", "recording.wav");

  private static final int RATE = 44_100;
  private static final int BEATS = 8;
  private static final int BEAT = RATE * 3 / BEATS;
  private static final int[] MELODY = {
    69, 72, 76, 72, 74, 77, 81, 77, 67, 71, 74, 71, 72, 76, 79, 84
  };
  private static final int[] BASS = {45, 38, 43, 48};

  private final double[] mix = new double[3 * RATE];
  private final Random random = new Random(1_968);

  private ExampleRecording() {}

  static Audio make() {
    return new ExampleRecording().render();
  }

  /** Writes the file anew, from the directory of this module. */
  public static void main(String[] args) {
    WavFile.write(FILE, make());
  }

  private Audio render() {
    for (int i = 0; i < MELODY.length; i++) {
      note(i * BEAT / 2, BEAT * 3 / 4, MELODY[i], 0.16, new double[] {1, 0.5, 0.3, 0.12, 0.06});
    }
    for (int i = 0; i < BASS.length; i++) {
      note(2 * i * BEAT, 2 * BEAT, BASS[i], 0.25, new double[] {1, 0.6, 0.15, 0.1});
    }
    for (int beat = 0; beat < BEATS; beat++) {
      kick(beat * BEAT);
      if (beat % 2 == 1) {
        noise(beat * BEAT, RATE / 8, 0.22, 0.4);
      }
      noise(beat * BEAT, RATE / 30, 0.07, 0);
      noise(beat * BEAT + BEAT / 2, RATE / 20, 0.05, 0);
    }
    float[] samples = new float[mix.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) StrictMath.tanh(mix[i]);
    }
    return Audio.mono(RATE, samples);
  }

  private void note(int start, int length, int pitch, double level, double[] harmonics) {
    double frequency = 440 * StrictMath.pow(2, (pitch - 69) / 12.0);
    for (int i = 0; i < length && start + i < mix.length; i++) {
      double attack = Math.min(1, i / 220.0);
      double release = Math.min(1, (length - i) / 880.0);
      double envelope = level * attack * release * StrictMath.exp(-3.0 * i / length);
      for (int h = 0; h < harmonics.length; h++) {
        double phase = 2 * Math.PI * frequency * (h + 1) * i / RATE;
        mix[start + i] += envelope * harmonics[h] * StrictMath.sin(phase);
      }
    }
  }

  private void kick(int start) {
    double phase = 0;
    for (int i = 0; i < RATE / 6 && start + i < mix.length; i++) {
      phase += 2 * Math.PI * (50 + 120 * StrictMath.exp(-i / 900.0)) / RATE;
      mix[start + i] += 0.5 * StrictMath.exp(-i / 1_800.0) * StrictMath.sin(phase);
    }
  }

  /** A burst of noise; {@code low} keeps that fraction of the sample before, so 0 is bright. */
  private void noise(int start, int length, double level, double low) {
    double last = 0;
    double previous = 0;
    for (int i = 0; i < length && start + i < mix.length; i++) {
      double white = random.nextDouble() * 2 - 1;
      last = low * last + (1 - low) * white;
      double sample = low == 0 ? (white - previous) / 2 : last;
      previous = white;
      mix[start + i] += level * StrictMath.exp(-5.0 * i / length) * sample;
    }
  }
}
