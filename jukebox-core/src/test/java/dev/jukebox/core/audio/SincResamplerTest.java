package dev.jukebox.core.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SincResamplerTest {

  @ParameterizedTest
  @CsvSource({
    "48000, 44100, 1000",
    "48000, 44100, 18000",
    "44100, 48000, 18000",
    "44100, 22050, 9000",
    "8000, 44100, 3000",
    "44101, 44100, 1000"
  })
  void keepsFrequencyLevelAndPhase(int from, int to, double frequency) {
    float[] source = Tones.sine(from, frequency, 0.5, from);
    float[] result = new SincResampler().resample(source, from, to);
    float[] expected = Tones.sine(to, frequency, 0.5, to);
    assertEquals(to, result.length);
    assertTrue(
        difference(result, expected, 1_000) < 5e-5, "" + difference(result, expected, 1_000));
  }

  @Test
  void removesWhatTheLowerRateCannotHold() {
    float[] source = Tones.sine(48_000, 23_700, 0.5, 48_000);
    float[] result = new SincResampler().resample(source, 48_000, 44_100);
    double left = difference(result, new float[44_100], 1_000);
    assertTrue(left < 1e-4, "left over " + left);
  }

  @Test
  void resamplesShortAndEmptyAudio() {
    SincResampler resampler = new SincResampler();
    assertEquals(0, resampler.resample(new float[0], 48_000, 44_100).length);
    assertEquals(1, resampler.resample(new float[1], 48_000, 44_100).length);
    assertEquals(10, resampler.resample(new float[5], 22_050, 44_100).length);
  }

  private static double difference(float[] a, float[] b, int edge) {
    double max = 0;
    for (int i = edge; i < a.length - edge; i++) {
      double difference = Math.abs(a[i] - b[i]);
      max = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(max, difference);
    }
    return max;
  }
}
