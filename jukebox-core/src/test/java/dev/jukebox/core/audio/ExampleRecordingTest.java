package dev.jukebox.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ExampleRecordingTest {

  @Test
  void isWhatTheGeneratorMakes() throws IOException {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    WavFile.encode(ExampleRecording.make(), SampleCoding.PCM_16, expected);
    assertArrayEquals(
        expected.toByteArray(),
        Files.readAllBytes(ExampleRecording.FILE),
        "run ExampleRecording.main in the directory of jukebox-core");
  }

  @Test
  void isLoudEnoughAndNotClipped() {
    Audio audio = AudioReader.load(ExampleRecording.FILE, 44_100, 0, 3 * 44_100, true);
    double sum = 0;
    double peak = 0;
    for (int i = 0; i < audio.length(); i++) {
      sum += audio.sample(0, i) * audio.sample(0, i);
      peak = Math.max(peak, Math.abs(audio.sample(0, i)));
    }
    double rms = Math.sqrt(sum / audio.length());
    assertEquals(3.0, audio.seconds());
    assertTrue(rms > 0.1 && rms < 0.4, "rms " + rms);
    assertTrue(peak > 0.5 && peak < 0.99, "peak " + peak);
  }
}
