package dev.jukebox.core.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.SampleCoding;
import dev.jukebox.core.audio.WavFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads event files with TensorBoard where Python has it, else with a parser in Python. */
class TensorBoardTest {

  @TempDir private Path directory;

  @Test
  void whatWasWrittenIsWhatIsRead() throws Exception {
    Audio mono = EventWriterTest.tone(1, 4_000);
    Audio stereo = EventWriterTest.tone(2, 777);
    Path file;
    try (EventWriter events = EventWriter.open(directory)) {
      file = events.file();
      events.scalar("loss", 1, 0.5);
      events.scalar("loss", 2, 0.25);
      events.scalar("train/lr", 100_000, 1.5e-4f);
      events.audio("0/x_in", 2, mono);
      events.audio("1/x_in", 2, stereo);
      events.text("y_in", 2, "0 artist:Növa\n1 artist:…");
      events.scalar("loss", 3, 1);
    }
    // Of the last record a part is missing, as after a crash.
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 7));

    List<String> lines = read();
    assertTrue(lines.get(0).matches("own parser|tensorboard \\S+"), lines.get(0));
    assertEquals(
        List.of(
            "[\"0/x_in\", 2, \"audio\", [8000, 1, \"" + hash(mono) + "\"]]",
            "[\"1/x_in\", 2, \"audio\", [8000, 2, \"" + hash(stereo) + "\"]]",
            "[\"loss\", 1, \"scalar\", 0.5]",
            "[\"loss\", 2, \"scalar\", 0.25]",
            "[\"train/lr\", 100000, \"scalar\", 0.0001500000071246177]",
            "[\"y_in\", 2, \"text\", \"0 artist:N\\u00f6va\\n1 artist:\\u2026\"]"),
        lines.subList(1, lines.size()));
  }

  @Test
  void aRunThatGoesOnTakesBackWhatItSaysAnew() throws Exception {
    try (EventWriter events = EventWriter.open(directory)) {
      for (int step = 1; step <= 5; step++) {
        events.scalar("loss", step, step);
      }
    }
    // TensorBoard takes the files of a run in the order of their names, which begin with seconds.
    TimeUnit.MILLISECONDS.sleep(1_100);
    try (EventWriter events = EventWriter.resume(directory, 4)) {
      events.scalar("loss", 4, 40);
    }
    List<String> lines = read();
    assumeTrue(lines.get(0).startsWith("tensorboard"), "TensorBoard is not installed for Python");
    assertEquals(
        List.of(
            "[\"loss\", 1, \"scalar\", 1.0]",
            "[\"loss\", 2, \"scalar\", 2.0]",
            "[\"loss\", 3, \"scalar\", 3.0]",
            "[\"loss\", 4, \"scalar\", 40.0]"),
        lines.subList(1, lines.size()));
  }

  private List<String> read() throws Exception {
    Path script = Path.of(getClass().getResource("/tensorboard/read_events.py").toURI());
    String interpreter = System.getProperty("jukebox.python", "/usr/bin/python3");
    assumeTrue(Files.isExecutable(Path.of(interpreter)), interpreter + " is not installed");
    Path out = Files.createTempFile("events", ".json");
    Path errors = Files.createTempFile("events", ".txt");
    try {
      Process process =
          new ProcessBuilder(interpreter, script.toString(), directory.toString())
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile())
              .start();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), Files.readString(errors));
      return Files.readAllLines(out, StandardCharsets.UTF_8);
    } finally {
      Files.delete(out);
      Files.delete(errors);
    }
  }

  private static String hash(Audio audio) throws IOException, NoSuchAlgorithmException {
    ByteArrayOutputStream wav = new ByteArrayOutputStream();
    WavFile.encode(audio, SampleCoding.PCM_16, wav);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wav.toByteArray()));
  }
}
