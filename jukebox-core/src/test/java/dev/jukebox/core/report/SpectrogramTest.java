package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.audio.Audio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpectrogramTest {

  private static final int ROWS = 128;

  @ParameterizedTest
  @CsvSource({
    "44100, 60",
    "44100, 440",
    "44100, 1000",
    "44100, 5123",
    "44100, 17000",
    "22050, 97",
    "22050, 3000",
    "22050, 9000",
    "8000, 700",
    "16000, 250"
  })
  void aToneIsStrongestInItsRow(int sampleRate, double hertz) {
    Audio tone = tone(sampleRate, hertz, sampleRate);
    LevelImage image = Spectrogram.image(tone, 100, ROWS);
    MelBands bands = Spectrogram.bands(tone, ROWS);
    int nearest = 0;
    for (int band = 1; band < ROWS; band++) {
      if (Math.abs(bands.centre(band) - hertz) < Math.abs(bands.centre(nearest) - hertz)) {
        nearest = band;
      }
    }
    assertEquals(nearest, bands.position(hertz), 0.55, "the place of a frequency");
    for (int x = 10; x < 90; x++) {
      int strongest = 0;
      for (int y = 1; y < ROWS; y++) {
        if (image.level(x, y) > image.level(x, strongest)) {
          strongest = y;
        }
      }
      // Where bands are narrower than what the transform tells apart, neighbours are as strong.
      assertEquals(ROWS - 1 - nearest, strongest, 1, "column " + x);
      assertTrue(image.level(x, strongest) > 245, "as strong as the strongest place");
    }
  }

  @Test
  void levelsAreStepsOfDecibels() {
    // Two tones in turn, the second 30 dB weaker, of a range of 75 dB.
    float[] samples = tone(22_050, 1000, 44_100).channel(0);
    for (int i = 22_050; i < samples.length; i++) {
      samples[i] *= (float) Math.pow(10, -30 / 20.0);
    }
    LevelImage image = Spectrogram.image(Audio.mono(22_050, samples), 200, ROWS);
    int row =
        ROWS
            - 1
            - (int) Math.round(Spectrogram.bands(Audio.mono(22_050, samples), ROWS).position(1000));
    assertEquals(255, image.level(50, row), 1);
    assertEquals(255 * (1 - 30 / 75.0), image.level(150, row), 1);
  }

  @Test
  void aClickIsWhereItIs() {
    float[] samples = new float[44_100];
    samples[30_000] = 1;
    LevelImage image = Spectrogram.image(Audio.mono(44_100, samples), 300, ROWS);
    int strongest = 0;
    for (int x = 0; x < image.width(); x++) {
      if (image.level(x, 40) > image.level(strongest, 40)) {
        strongest = x;
      }
    }
    assertEquals(30_000 * 300 / 44_100.0, strongest, 1.5);
  }

  @Test
  void shortAndSilentSoundsHavePictures() {
    for (int length : new int[] {0, 1, 3, 63, 64, 129}) {
      LevelImage silent = Spectrogram.image(Audio.mono(44_100, new float[length]), 100, ROWS);
      assertEquals(Math.max(1, length / 64), silent.width());
      assertEquals(ROWS, silent.height());
      for (int y = 0; y < ROWS; y++) {
        assertEquals(0, silent.level(0, y));
      }
    }
    LevelImage one = Spectrogram.image(Audio.mono(44_100, new float[] {1}), 100, ROWS);
    assertTrue(one.level(0, 64) > 200, "a single sample holds all tones");
  }

  private static Audio tone(int sampleRate, double hertz, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.4 * Math.sin(2 * Math.PI * hertz * i / sampleRate));
    }
    return Audio.of(sampleRate, new float[][] {samples, samples});
  }
}
