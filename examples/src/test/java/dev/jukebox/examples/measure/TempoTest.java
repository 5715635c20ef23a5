package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.examples.corpus.Score;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tempo of clicks. */
class TempoTest {

  @ParameterizedTest
  @CsvSource({"76, 1", "80.75, 4", "92, 1", "99.4, 4", "110, 2", "117.5, 4", "129.2, 4", "138, 1"})
  void hearsClicks(double tempo, int clicksABeat) {
    Random random = new Random(2);
    float[] samples = new float[12 * Score.SAMPLE_RATE];
    double period = 60.0 * Score.SAMPLE_RATE / tempo / clicksABeat;
    for (int click = 0; (click + 1) * period < samples.length; click++) {
      for (int i = 0; i < 400; i++) {
        double loud = click % clicksABeat == 0 ? 1 : 0.5;
        samples[(int) (click * period) + i] =
            (float) (loud * Math.exp(-i / 80.0) * random.nextGaussian());
      }
    }
    assertEquals(tempo, Tempo.of(samples), 0.02 * tempo);
  }
}
