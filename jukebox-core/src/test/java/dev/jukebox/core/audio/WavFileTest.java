package dev.jukebox.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WavFileTest {

  private static final float[] CASES = {
    0.5f,
    -0.5f,
    1f,
    -1f,
    2f,
    -2f,
    1f / 32768,
    -1f / 32768,
    0.9f / 32768,
    -0.1f / 32768,
    2.5f / 32768,
    0.99999f,
    -0.99999f,
    0.3f,
    -0.7f,
    1e-3f
  };

  @TempDir Path directory;

  /** The bytes are those that python-soundfile 0.12.1 with libsndfile 1.2.0 writes. */
  @ParameterizedTest
  @CsvSource({
    "PCM_8, 524946463400000057415645666d7420100000000100010044ac000044ac000001000800"
        + "6461746110000000c040ff00ff00807f807f80ff00a62680",
    "PCM_16, 524946464400000057415645666d7420100000000100010044ac00008858010002001000"
        + "6461746120000000"
        + "004000c0ff7f0080ff7f00800100ffff0000ffff0200ff7f0080662666a62000",
    "PCM_24, 524946465400000057415645666d7420100000000100010044ac0000cc04020003001800"
        + "6461746130000000"
        + "0000400000c0ffff7f000080ffff7f00008000010000ffffe60000e6ffff800200acff7f540080666626"
        + "6666a6c42000"
  })
  void writesTheBytesOfLibsndfile(SampleCoding coding, String hex) throws IOException {
    byte[] expected = HexFormat.of().parseHex(hex);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WavFile.encode(Audio.mono(44_100, CASES), coding, out);
    assertArrayEquals(expected, out.toByteArray());
  }

  @ParameterizedTest
  @EnumSource(SampleCoding.class)
  void readsBackWhatItWrote(SampleCoding coding) {
    Random random = new Random(5);
    float[][] samples = {Tones.noise(random, 70_001), Tones.noise(random, 70_001)};
    Path path = directory.resolve("a.wav");
    WavFile.write(path, Audio.of(48_000, samples), coding);
    Audio read = WavFile.read(path);
    assertEquals(48_000, read.sampleRate());
    assertEquals(2, read.channels());
    assertEquals(70_001, read.length());
    double step = coding.isFloating() ? 0 : Math.pow(2, 1 - Math.min(24, coding.bits()));
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < read.length(); i++) {
        double error = Math.abs(read.sample(c, i) - samples[c][i]);
        assertTrue(error <= step, () -> "error " + error);
      }
    }
    WavFile.write(directory.resolve("b.wav"), read, coding);
    assertEquals(read, WavFile.read(directory.resolve("b.wav")));
  }

  @Test
  void readsPartsAndStopsAtTheEnd() {
    float[] samples = Tones.sine(8_000, 440, 0.5, 5_000);
    Path path = directory.resolve("a.wav");
    WavFile.write(path, Audio.mono(8_000, samples), SampleCoding.FLOAT_32);
    try (WavFile wav = WavFile.open(path)) {
      assertEquals(5_000, wav.frames());
      assertFalse(wav.isCutOff());
      assertEquals(Audio.mono(8_000, samples).slice(1_234, 77), wav.read(1_234, 77));
      assertEquals(10, wav.read(4_990, 77).length());
      assertEquals(0, wav.read(6_000, 77).length());
      assertEquals(4_999, wav.read(1, Long.MAX_VALUE).length());
    }
  }

  @Test
  void readsFilesThatWereCutOffAsFarAsTheyGo() throws IOException {
    Path path = directory.resolve("a.wav");
    WavFile.write(path, Audio.of(8_000, new float[][] {new float[100], new float[100]}));
    byte[] bytes = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(bytes, 44 + 4 * 30 + 3));
    try (WavFile wav = WavFile.open(path)) {
      assertEquals(30, wav.frames());
      assertTrue(wav.isCutOff());
      assertEquals(30, wav.read(0, 100).length());
    }
  }

  @Test
  void takesNoMemoryForWhatAHeaderMerelyPromises() throws IOException {
    Path path = directory.resolve("a.wav");
    WavFile.write(path, Audio.mono(8_000, new float[] {0.25f, 0.5f}));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4, 0xF0000024).putInt(40, 0xF0000000);
    Files.write(path, bytes.array());
    assertEquals(Audio.mono(8_000, new float[] {0.25f, 0.5f}), WavFile.read(path));
  }

  @Test
  void saysWhichFileIsMissing() {
    Path path = directory.resolve("none.wav");
    FileAccessException e = assertThrows(FileAccessException.class, () -> WavFile.read(path));
    assertEquals("Cannot read " + path + ": no such file or directory.", e.getMessage());
  }

  @Test
  void keepsTheOldFileWhenTheNewAudioIsNotANumber() throws IOException {
    Path path = directory.resolve("a.wav");
    WavFile.write(path, Audio.mono(8_000, new float[] {0.25f}));
    Audio bad = Audio.of(8_000, new float[][] {{0, 0}, {0, Float.NaN}});
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> WavFile.write(path, bad));
    assertEquals("Audio cannot be written as WAV: sample 1 of channel 1 is NaN.", e.getMessage());
    assertEquals(Audio.mono(8_000, new float[] {0.25f}), WavFile.read(path));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(1, files.count());
    }
  }
}
