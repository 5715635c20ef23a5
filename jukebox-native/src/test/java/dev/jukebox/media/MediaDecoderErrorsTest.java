package dev.jukebox.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.error.JukeboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaDecoderErrorsTest {

  private static final int RATE = 44_100;

  @TempDir Path directory;

  @BeforeAll
  static void needFfmpeg() {
    Availability availability = MediaDecoder.availability();
    assumeTrue(availability.usable(), availability.reason());
  }

  @Test
  void namesAMissingFileAndADirectory() {
    Path none = directory.resolve("none.mp3");
    assertEquals(
        "Cannot read " + none + ": no such file or directory.",
        assertThrows(FileAccessException.class, () -> MediaDecoder.open(none)).getMessage());
    assertEquals(
        "Cannot read " + directory + ": it is a directory.",
        assertThrows(FileAccessException.class, () -> MediaDecoder.open(directory)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp3", "a.ogg", "a.txt", "a.m3u8", "http:a.flac"})
  void refusesText(String name) throws IOException {
    assumeTrue(name.indexOf(':') < 0 || System.getProperty("os.name").startsWith("Linux"), name);
    Path file = directory.resolve(name);
    Files.writeString(
        file, "#EXTM3U\n#EXTINF:1,\nsong.mp3\nNothing here can be heard.\n".repeat(99));
    assertNotAudio(file);
  }

  @Test
  void refusesAnEmptyFileAndNoise() throws IOException {
    assertNotAudio(Files.createFile(directory.resolve("a.mp3")));
    byte[] noise = new byte[20_000];
    new Random(7).nextBytes(noise);
    assertNotAudio(Files.write(directory.resolve("a.wma"), noise));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.avi"})
  void refusesAFileWithoutSound(String name) {
    assumeTrue(MediaEncoder.has("mpeg4"), "this FFmpeg has no encoder mpeg4");
    Path file = directory.resolve(name);
    MediaEncoder.video(file);
    assertEquals(
        file + " has no audio stream, only video.",
        assertThrows(InvalidInputException.class, () -> MediaDecoder.open(file)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp3", "a.flac", "a.opus"})
  void decodesAFileThatWasCutOffAsFarAsItGoes(String name) throws IOException {
    int rate = name.endsWith("opus") ? 48_000 : RATE;
    float[] source = encode(name, rate);
    Path file = directory.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2 + 17));
    try (MediaDecoder decoder = MediaDecoder.open(file)) {
      float[] decoded = decoder.decode(rate, 0, Long.MAX_VALUE)[0];
      assertTrue(decoded.length > source.length / 10, "length " + decoded.length);
      assertTrue(decoded.length < source.length / 10 * 9, "length " + decoded.length);
      double correlation = Signals.correlation(decoded, source);
      assertTrue(correlation > 0.999, "correlation " + correlation);
      assertTrue(decoder.decode(rate, decoded.length - 10, 100)[0].length <= 100);
    }
  }

  @Test
  void survivesDamagedBytes() throws IOException {
    Random random = new Random(11);
    int opened = 0;
    for (String name : new String[] {"a.mp3", "a.flac", "a.m4a", "a.opus"}) {
      int rate = name.endsWith("opus") ? 48_000 : RATE;
      encode(name, rate);
      Path file = directory.resolve(name);
      byte[] good = Files.readAllBytes(file);
      for (int trial = 0; trial < 20; trial++) {
        byte[] bytes = good.clone();
        for (int i = 0; i < 40; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        Files.write(file, bytes);
        try (MediaDecoder decoder = MediaDecoder.open(file)) {
          decoder.decode(rate, random.nextInt(2 * rate), 5_000);
          opened++;
        } catch (JukeboxException e) {
          assertTrue(e.getMessage().endsWith("."), e.getMessage());
        }
      }
    }
    assertTrue(opened > 20, "opened " + opened);
  }

  @Test
  void readsNamesThatAreNotAscii() throws IOException {
    float[] source = Signals.chirp(RATE, 100, 8_000, 0.5, RATE);
    Path plain = directory.resolve("plain.mp3");
    MediaEncoder.audio(plain, "libmp3lame", RATE, 128_000, new float[][] {source});
    Path file;
    try {
      file = Files.move(plain, directory.resolve("Lied für Zoë 音楽.mp3"));
    } catch (InvalidPathException e) {
      assumeTrue(false, "this JVM's file names are ASCII");
      return;
    }
    try (MediaDecoder decoder = MediaDecoder.open(file)) {
      assertEquals(RATE, decoder.decode(RATE, 0, Long.MAX_VALUE)[0].length);
    }
  }

  private float[] encode(String name, int rate) {
    String encoder =
        switch (name.substring(name.indexOf('.'))) {
          case ".mp3" -> "libmp3lame";
          case ".flac" -> "flac";
          case ".m4a" -> "aac";
          default -> "libopus";
        };
    assumeTrue(MediaEncoder.has(encoder), "this FFmpeg has no encoder " + encoder);
    float[] source = Signals.chirp(rate, 500, 4_000, 0.5, 4 * rate);
    MediaEncoder.audio(directory.resolve(name), encoder, rate, 96_000, new float[][] {source});
    return source;
  }

  private static void assertNotAudio(Path file) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> MediaDecoder.open(file));
    assertTrue(e.getMessage().startsWith(file + " is "), e.getMessage());
  }
}
