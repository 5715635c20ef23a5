package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.examples.corpus.Artist;
import dev.jukebox.examples.corpus.Pitch;
import dev.jukebox.examples.corpus.Score;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Notes of tones that are known beforehand. */
class PitchDetectorTest {
  private static final int LENGTH = 3300;

  private final PitchDetector detector = new PitchDetector();

  private static float[] tone(double midi, double noise) {
    Random random = new Random(3);
    float[] samples = new float[LENGTH + 10];
    double step = 2 * Math.PI * Pitch.hertz(midi) / Score.SAMPLE_RATE;
    for (int i = 0; i < samples.length; i++) {
      double value = noise * random.nextGaussian();
      for (int k = 1; k <= 8; k++) {
        value += 0.3 / k * Math.sin(step * k * i);
      }
      samples[i] = (float) value;
    }
    return samples;
  }

  @Test
  void hearsEveryNoteOfEveryRegister() {
    for (Artist artist : Artist.values()) {
      for (int midi = artist.lowestNote(); midi < artist.lowestNote() + 15; midi++) {
        for (double cents : new double[] {-30, 0, 30}) {
          PitchDetector.Heard heard =
              detector.hear(tone(midi + cents / 100, 0.05), 10, LENGTH, artist.lowestNote());
          assertEquals(midi + cents / 100, heard.midi(), 0.11, artist + " " + midi);
          assertEquals(midi % 12, heard.pitchClass());
          assertTrue(heard.clarity() > 0.3, artist + " " + midi + " clarity " + heard.clarity());
        }
      }
    }
  }

  @Test
  void noiseAndSilenceAreNotClear() {
    Random random = new Random(4);
    for (Artist artist : Artist.values()) {
      for (int trial = 0; trial < 10; trial++) {
        float[] noise = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
          noise[i] = (float) random.nextGaussian();
        }
        double clarity = detector.hear(noise, 0, LENGTH, artist.lowestNote()).clarity();
        assertTrue(clarity < 0.3, artist + " clarity of noise " + clarity);
      }
      assertEquals(0, detector.hear(new float[LENGTH], 0, LENGTH, artist.lowestNote()).clarity());
    }
  }
}
