package dev.jukebox.core.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.media.MediaDecoder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The compressed files hold one second of a chirp; they were made with ffmpeg 5.1. */
class AudioReaderTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "mp3, 44100, 0.999",
    "ogg, 44100, 0.999",
    "opus, 48000, 0.999",
    "m4a, 44100, 0.999",
    "flac, 44100, 0.99999999"
  })
  void loadsCompressedFiles(String extension, int rate, double correlation) throws Exception {
    needFfmpeg();
    Path file = fixture("chirp." + extension);
    AudioInfo info = AudioReader.probe(file);
    assertEquals(rate, info.sampleRate());
    assertEquals(1, info.channels());
    assertEquals(1, info.seconds().orElseThrow(), 0.05);
    for (int target : new int[] {44_100, 22_050, 48_000}) {
      float[] expected = Tones.chirp(target, 200, 2_000, 0.5, target);
      Audio whole = AudioReader.load(file, target, true);
      assertEquals(target, whole.sampleRate());
      // AAC fills its last block of 1024 samples.
      long block = 1_024L * target / 44_100 + 1;
      assertTrue(Math.abs(whole.length() - target) <= block, whole.toString());
      double measured = correlation(whole.channel(0), expected);
      assertTrue(measured >= correlation, "correlation " + measured);
      Audio part = AudioReader.load(file, target, target / 3, target / 4, false);
      assertTrue(difference(part, whole.slice(target / 3, target / 4)) < 1e-4);
    }
  }

  @Test
  void loadsWavAsItIs() {
    Audio audio =
        Audio.of(44_100, new float[][] {Tones.sine(44_100, 440, 0.5, 9_000), new float[9_000]});
    Path file = directory.resolve("a.wav");
    WavFile.write(file, audio, SampleCoding.FLOAT_32);
    assertEquals(audio, AudioReader.load(file, 44_100, false));
    assertEquals(audio.mono(), AudioReader.load(file, 44_100, true));
    assertEquals(audio.slice(1_000, 500), AudioReader.load(file, 44_100, 1_000, 500, false));
    assertEquals(9_000.0 / 44_100, AudioReader.probe(file).seconds().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"48000, 44100", "44100, 22050", "22050, 44100"})
  void resamplesWavFromAnyPlace(int from, int to) {
    Path file = directory.resolve("a.wav");
    float[] tone = Tones.sine(from, 440, 0.5, 3 * from);
    WavFile.write(file, Audio.mono(from, tone), SampleCoding.FLOAT_32);
    float[] expected = Tones.sine(to, 440, 0.5, 3 * to);
    assertEquals(3 * to, AudioReader.load(file, to, true).length());
    for (int offset : new int[] {1_000, to + 13, 2 * to + 1}) {
      Audio part = AudioReader.load(file, to, offset, 4_000, true);
      double difference = difference(part, Audio.mono(to, expected).slice(offset, 4_000));
      assertTrue(difference < 3e-5, offset + ": difference " + difference);
    }
  }

  @Test
  void readsCompressedWavThroughFfmpeg() throws IOException {
    needFfmpeg();
    Path file = directory.resolve("a.wav");
    ByteBuffer bytes = ByteBuffer.allocate(58 + 8_000).order(ByteOrder.LITTLE_ENDIAN);
    bytes
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(50 + 8_000)
        .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(18).putShort((short) 7).putShort((short) 1).putInt(8_000).putInt(8_000);
    bytes.putShort((short) 1).putShort((short) 8).putShort((short) 0);
    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(8_000);
    while (bytes.hasRemaining()) {
      // The loudest negative value of µ-law, -32124 of 32768.
      bytes.put((byte) 0);
    }
    byte[] all = new byte[bytes.capacity()];
    bytes.get(0, all);
    Files.write(file, all);
    Audio audio = AudioReader.load(file, 8_000, true);
    assertEquals(8_000, audio.length());
    assertEquals(-32_124 / 32_768f, audio.sample(0, 100), 1e-6);
  }

  @Test
  void saysHowLongAShortFileIs() throws Exception {
    Path wav = directory.resolve("a.wav");
    WavFile.write(wav, Audio.mono(8_000, new float[20_000]));
    assertEquals(
        wav + " is too short: 3.00 s were asked for, but it has 2.50 s.",
        assertThrows(
                InvalidInputException.class,
                () -> AudioReader.load(wav, 44_100, 0, 3 * 44_100, true))
            .getMessage());
    assertEquals(
        wav + " is too short: 1.00 s from 9.00 s on were asked for, but it has 2.50 s.",
        assertThrows(
                InvalidInputException.class,
                () -> AudioReader.load(wav, 44_100, 9 * 44_100, 44_100, true))
            .getMessage());
    needFfmpeg();
    Path flac = fixture("chirp.flac");
    assertEquals(
        flac + " is too short: 0.75 s from 0.50 s on were asked for, but it has 1.00 s.",
        assertThrows(
                InvalidInputException.class,
                () -> AudioReader.load(flac, 8_000, 4_000, 6_000, true))
            .getMessage());
  }

  @Test
  void refusesWhatIsNoAudio() throws IOException {
    Path none = directory.resolve("none.flac");
    assertEquals(
        "Cannot read " + none + ": no such file or directory.",
        assertThrows(FileAccessException.class, () -> AudioReader.load(none, 44_100, true))
            .getMessage());
    assertThrows(FileAccessException.class, () -> AudioReader.load(directory, 44_100, true));
    needFfmpeg();
    Path text = Files.writeString(directory.resolve("a.mp3"), "This is not music.\n".repeat(50));
    assertThrows(InvalidInputException.class, () -> AudioReader.load(text, 44_100, true));
    Path nan = directory.resolve("nan.wav");
    WavFile.write(nan, Audio.mono(8_000, new float[] {1, 2}), SampleCoding.FLOAT_32);
    byte[] bytes = Files.readAllBytes(nan);
    bytes[bytes.length - 1] = (byte) 0x7F;
    bytes[bytes.length - 2] = (byte) 0xC0;
    Files.write(nan, bytes);
    assertEquals(
        nan + " is damaged: its audio holds NaN.",
        assertThrows(InvalidInputException.class, () -> AudioReader.load(nan, 8_000, true))
            .getMessage());
  }

  private static void needFfmpeg() {
    assumeTrue(MediaDecoder.availability().usable(), MediaDecoder.availability().reason());
  }

  private static Path fixture(String name) throws URISyntaxException {
    return Path.of(AudioReaderTest.class.getResource("/audio/" + name).toURI());
  }

  /** Without the ends, where resampling hears silence beside the chirp. */
  private static double correlation(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 500; i < Math.min(a.length, b.length) - 500; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static double difference(Audio a, Audio b) {
    assertEquals(a.length(), b.length());
    double max = 0;
    for (int i = 0; i < a.length(); i++) {
      double difference = Math.abs(a.sample(0, i) - b.sample(0, i));
      max = Math.max(max, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return max;
  }
}
