package dev.jukebox.core.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that finds no FFmpeg for its platform. */
class AudioReaderWithoutFfmpegTest {

  @TempDir Path directory;

  @Test
  void readsWavAtAnyRateAndSaysWhyNothingElse() throws Exception {
    Path wav = directory.resolve("a.wav");
    WavFile.write(wav, Audio.mono(48_000, Tones.sine(48_000, 440, 0.5, 48_000)));
    Path mp3 = Files.writeString(directory.resolve("a.mp3"), "x".repeat(100));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.platform=nowhere-x86_64",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                wav.toString(),
                mp3.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    List<String> lines =
        output.lines().filter(line -> !line.isBlank() && !line.startsWith("WARNING: ")).toList();
    assertEquals(2, lines.size(), output);
    assertTrue(Double.parseDouble(lines.get(0)) < 1e-4, output);
    assertTrue(
        lines
            .get(1)
            .startsWith(
                mp3 + " is not a WAV file, and other formats need FFmpeg, which cannot be used"),
        output);
  }

  /** Runs in the other JVM. */
  static final class Child {
    private Child() {}

    /** Prints the largest error of a resampled sine, and what is said about the other file. */
    public static void main(String[] args) {
      Audio part = AudioReader.load(Path.of(args[0]), 44_100, 10_000, 20_000, true);
      float[] expected = Tones.sine(44_100, 440, 0.5, 30_000);
      double max = 0;
      for (int i = 0; i < part.length(); i++) {
        max = Math.max(max, Math.abs(part.sample(0, i) - expected[10_000 + i]));
      }
      System.out.println(max);
      try {
        AudioReader.load(Path.of(args[1]), 44_100, true);
      } catch (InvalidInputException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
