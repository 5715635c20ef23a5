package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.audio.Audio;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaveformTest {

  @ParameterizedTest
  @CsvSource({"1, 1000, 37", "2, 1000, 37", "1, 100, 100", "3, 7, 12", "1, 1, 5", "2, 4099, 512"})
  void columnsHoldTheExtremesOfTheirStretch(int channels, int length, int most) {
    Random random = new Random(length);
    float[][] samples = new float[channels][length];
    float peak = 0;
    for (float[] channel : samples) {
      for (int i = 0; i < length; i++) {
        channel[i] = (float) random.nextGaussian() * 0.3f + 0.1f;
        peak = Math.max(peak, Math.abs(channel[i]));
      }
    }
    Waveform wave = Waveform.of(Audio.of(44_100, samples), most);
    assertEquals(Math.min(most, length), wave.columns());
    int[] lows = new int[wave.columns()];
    int[] highs = new int[wave.columns()];
    Arrays.fill(lows, 1000);
    Arrays.fill(highs, -1000);
    for (int i = 0; i < length; i++) {
      int column = 0;
      while ((column + 1) * length / wave.columns() <= i) {
        column++;
      }
      for (float[] channel : samples) {
        int level = (int) Math.round(127.0 * channel[i] / peak);
        lows[column] = Math.min(lows[column], level);
        highs[column] = Math.max(highs[column], level);
      }
    }
    for (int x = 0; x < wave.columns(); x++) {
      assertEquals(lows[x], wave.low(x), "column " + x);
      assertEquals(highs[x], wave.high(x), "column " + x);
    }
  }

  @Test
  void silenceIsALine() {
    Waveform wave = Waveform.of(Audio.mono(22_050, new float[9]), 3);
    for (int x = 0; x < 3; x++) {
      assertEquals(0, wave.low(x));
      assertEquals(0, wave.high(x));
    }
    assertEquals("M0 128h1h1h1v1h-1h-1h-1z", wave.path());
    assertEquals("M0 128z", Waveform.of(Audio.mono(22_050, new float[0]), 3).path());
  }

  @Test
  void thePathGoesAlongTheTopAndBackAlongTheBottom() {
    Waveform wave = Waveform.of(Audio.mono(8, new float[] {1, -0.5f, 0.25f, 0.5f}), 2);
    assertEquals("M0 128v-127h1v63h1v32h-1v95h-1z", wave.path());
    Matcher steps = Pattern.compile("h(-?\\d+)").matcher(wave.path());
    int sum = 0;
    int count = 0;
    while (steps.find()) {
      sum += Integer.parseInt(steps.group(1));
      count++;
    }
    assertEquals(0, sum);
    assertTrue(count > 0);
  }
}
