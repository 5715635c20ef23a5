package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Distances of spectra that are known beforehand. */
class SpectralConvergenceTest {
  private final float[] noise = noise(5000);

  private static float[] noise(int length) {
    Random random = new Random(1);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) random.nextGaussian();
    }
    return samples;
  }

  private static float[] times(float[] samples, float factor) {
    float[] scaled = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      scaled[i] = factor * samples[i];
    }
    return scaled;
  }

  private double distance(float factor) {
    SpectralConvergence convergence = new SpectralConvergence();
    convergence.add(noise, times(noise, factor));
    return convergence.value();
  }

  @Test
  void isZeroForACopyAndOneForSilence() {
    assertEquals(0, distance(1), 0);
    assertEquals(0, distance(-1), 1e-6, "phase is not looked at");
    assertEquals(1, distance(0), 1e-12);
    assertEquals(0.25, distance(0.75f), 1e-6);
  }

  @Test
  void songsAreSummedByTheirEnergy() {
    SpectralConvergence convergence = new SpectralConvergence();
    convergence.add(noise, noise);
    convergence.add(times(noise, 2), times(noise, 0));
    assertEquals(Math.sqrt(4.0 / 5), convergence.value(), 1e-6);
  }
}
