package dev.jukebox.core.audio;

import java.util.random.RandomGenerator;

/** Signals whose every sample is known in closed form. */
final class Tones {

  private Tones() {}

  /** amplitude · sin(2π · frequency · i / rate). */
  static float[] sine(int rate, double frequency, double amplitude, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (amplitude * Math.sin(2 * Math.PI * frequency * i / rate));
    }
    return samples;
  }

  /** A sweep from {@code low} to {@code high} Hz, linear in frequency. */
  static float[] chirp(int rate, double low, double high, double amplitude, int length) {
    float[] samples = new float[length];
    double seconds = (double) length / rate;
    for (int i = 0; i < length; i++) {
      double t = (double) i / rate;
      double phase = 2 * Math.PI * (low * t + (high - low) * t * t / (2 * seconds));
      samples[i] = (float) (amplitude * Math.sin(phase));
    }
    return samples;
  }

  /** Uniform noise in [-1, 1). */
  static float[] noise(RandomGenerator random, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = random.nextFloat() * 2 - 1;
    }
    return samples;
  }
}
