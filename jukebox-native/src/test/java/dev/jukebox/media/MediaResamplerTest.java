package dev.jukebox.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaResamplerTest {

  @BeforeAll
  static void needFfmpeg() {
    Availability availability = MediaDecoder.availability();
    assumeTrue(availability.usable(), availability.reason());
  }

  @ParameterizedTest
  @CsvSource({
    "48000, 44100, 1000",
    "48000, 44100, 18000",
    "44100, 48000, 18000",
    "44100, 22050, 9000",
    "8000, 44100, 3000",
    "192000, 44100, 1000",
    "44100, 44100, 1000"
  })
  void keepsFrequencyLevelAndPhase(int from, int to, double frequency) {
    float[][] source = {
      Signals.sine(from, frequency, 0.5, 0, from), Signals.sine(from, 440, 0.25, 0, from)
    };
    float[][] result = MediaResampler.resample(source, from, to);
    assertEquals(2, result.length);
    float[][] expected = {
      Signals.sine(to, frequency, 0.5, 0, to), Signals.sine(to, 440, 0.25, 0, to)
    };
    for (int c = 0; c < 2; c++) {
      assertEquals(to, result[c].length);
      double difference = Signals.maxDifference(result[c], expected[c], 1_000, to - 1_000);
      assertTrue(difference < 3e-5, "difference " + difference);
    }
  }

  @Test
  void removesWhatTheLowerRateCannotHold() {
    float[] source = Signals.sine(48_000, 23_700, 0.5, 0, 48_000);
    float[] result = MediaResampler.resample(new float[][] {source}, 48_000, 44_100)[0];
    double loudest = Signals.maxDifference(result, new float[44_100], 1_000, 43_100);
    assertTrue(loudest < 1e-4, "left over " + loudest);
  }

  @Test
  void resamplesShortAndEmptyAudio() {
    assertEquals(0, MediaResampler.resample(new float[1][0], 48_000, 44_100)[0].length);
    assertEquals(1, MediaResampler.resample(new float[1][1], 48_000, 44_100)[0].length);
    assertEquals(10, MediaResampler.resample(new float[1][5], 22_050, 44_100)[0].length);
  }
}
