package dev.jukebox.examples.corpus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** An artist's voice: one wave for each character, note and length, always the same. */
final class Voice {
  private static final double BANDWIDTH = 110;
  private static final double LOUDNESS = 0.45;
  private static final double HIGHEST = 5500;

  private final Artist artist;
  private final Map<Key, float[]> waves = new HashMap<>();

  Voice(Artist artist) {
    this.artist = artist;
  }

  /** The wave of a character that is sung on a note; not to be changed. */
  float[] sing(char character, int midi, int samples) {
    char lower = Character.toLowerCase(character);
    Sound sound = Sound.of(lower).orElseThrow();
    // Noise has no pitch, and one wave of it does for all notes.
    int note = sound.voice() == 0 ? 0 : midi;
    return waves.computeIfAbsent(new Key(lower, note, samples), key -> wave(key, sound));
  }

  private float[] wave(Key key, Sound sound) {
    float[] wave = new float[key.samples];
    if (sound.voice() > 0) {
      addVoice(wave, Pitch.hertz(key.midi), sound);
    }
    if (sound.noise() > 0) {
      addNoise(wave, key.character, sound);
    }
    for (int i = 0; i < wave.length; i++) {
      wave[i] *= (float) (LOUDNESS * Fade.at(i, wave.length));
    }
    return wave;
  }

  private void addVoice(float[] wave, double hertz, Sound sound) {
    int harmonics = (int) (HIGHEST / hertz);
    double[] amplitude = new double[harmonics + 1];
    double energy = 0;
    for (int k = 1; k <= harmonics; k++) {
      double source = Math.pow(k, -artist.tilt()) * (artist.hollow() && k % 2 == 0 ? 0.25 : 1);
      amplitude[k] = source * (0.03 + resonance(k * hertz, sound.formants()));
      energy += amplitude[k] * amplitude[k];
    }
    double norm = 0.6 * sound.voice() / Math.sqrt(energy);
    for (int k = 1; k <= harmonics; k++) {
      double step = 2 * Math.PI * k * hertz / Score.SAMPLE_RATE;
      for (int i = 0; i < wave.length; i++) {
        wave[i] += (float) (norm * amplitude[k] * Math.sin(step * i));
      }
    }
  }

  private double resonance(double hertz, List<Double> formants) {
    double sum = 0;
    for (int f = 0; f < formants.size(); f++) {
      double away = (hertz - formants.get(f) * artist.formantScale()) / (BANDWIDTH * (1 + f));
      sum += 1 / ((1 + f) * (1 + away * away));
    }
    return sum;
  }

  private void addNoise(float[] wave, char character, Sound sound) {
    Random random = new Random(character);
    int length = (int) (wave.length * sound.burst());
    double centre = Math.min(sound.noiseHertz() * artist.formantScale(), 9000);
    double angle = 2 * Math.PI * centre / Score.SAMPLE_RATE;
    double radius = 1 - Math.PI * (250 + 0.15 * centre) / Score.SAMPLE_RATE;
    double[] noise = new double[length];
    double energy = 0;
    for (int i = 0; i < length; i++) {
      double last = i > 0 ? noise[i - 1] : 0;
      double before = i > 1 ? noise[i - 2] : 0;
      noise[i] =
          random.nextGaussian() + 2 * radius * Math.cos(angle) * last - radius * radius * before;
      energy += noise[i] * noise[i];
    }
    double gain = 0.45 * sound.noise() / Math.sqrt(energy / length);
    for (int i = 0; i < length; i++) {
      wave[i] += (float) (gain * noise[i] * Fade.at(i, length));
    }
  }

  private record Key(char character, int midi, int samples) {}
}
