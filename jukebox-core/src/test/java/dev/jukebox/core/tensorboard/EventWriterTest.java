package dev.jukebox.core.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.WavFile;
import dev.jukebox.core.tensorboard.EventReader.Event;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventWriterTest {

  @TempDir private Path directory;

  @Test
  void checksumsAreThoseOfTheFormat() {
    // CRC-32C of "123456789" is E3069283; masked as TensorFlow does.
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    int expected = Integer.rotateRight(0xE3069283, 15) + 0xA282EAD8;
    assertEquals(expected, Records.maskedChecksum(digits, 0, digits.length));
  }

  @Test
  void everyKindOfValueIsReadBack() throws IOException {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000L, 250_000_000), ZoneOffset.UTC);
    Audio audio = tone(2, 300);
    Path file;
    try (EventWriter events = EventWriter.open(directory.resolve("a/b"), clock)) {
      file = events.file();
      events.scalar("loss", 0, 0.25);
      events.scalar("train/gn", Long.MAX_VALUE, Double.NaN);
      events.text("y_in", 300, "artist: Növa\n");
      events.audio("0/x_in", 5, audio);
    }
    assertTrue(
        file.getFileName()
            .toString()
            .matches("events\\.out\\.tfevents\\.1700000000\\.[A-Za-z0-9_-]+\\.\\d+\\.000"),
        file.toString());
    List<Event> read = EventReader.read(file);
    assertEquals(5, read.size());
    assertEquals("brain.Event:2", read.get(0).fileVersion());
    for (Event event : read) {
      assertEquals(1_700_000_000.25, event.wallTime());
    }
    assertEquals(
        List.of(0L, 0L, Long.MAX_VALUE, 300L, 5L), read.stream().map(Event::step).toList());
    assertEquals("loss", read.get(1).tag());
    assertEquals(0.25f, read.get(1).scalar());
    assertTrue(Float.isNaN(read.get(2).scalar()));
    assertEquals("artist: Növa\n", read.get(3).text());
    assertEquals("text", read.get(3).plugin());
    Path wav = Files.write(directory.resolve("a.wav"), read.get(4).wav());
    assertEquals("0/x_in", read.get(4).tag());
    assertEquals("audio/wav", read.get(4).contentType());
    Audio back = WavFile.read(wav);
    assertEquals(2, back.channels());
    assertEquals(8_000, back.sampleRate());
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < 300; i++) {
        assertEquals(audio.sample(c, i), back.sample(c, i), 0x1p-15);
      }
    }
  }

  @Test
  void aFileThatWasCutOffIsReadUpToThere() throws IOException {
    Path file;
    try (EventWriter events = EventWriter.open(directory)) {
      file = events.file();
      for (int i = 0; i < 20; i++) {
        events.scalar("loss", i, i);
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    List<Event> all = EventReader.read(file);
    int whole = 0;
    for (int length = 0; length <= bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      List<Event> read = EventReader.read(file);
      assertEquals(all.subList(0, read.size()), read);
      assertTrue(read.size() >= whole);
      whole = read.size();
    }
    assertEquals(21, whole);
  }

  @Test
  void manyThreadsAppendWholeRecords() throws Exception {
    List<Thread> threads = new ArrayList<>();
    Path file;
    try (EventWriter events = EventWriter.open(directory)) {
      file = events.file();
      for (int t = 0; t < 4; t++) {
        String tag = "t" + t;
        threads.add(
            new Thread(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    events.scalar(tag, i, i);
                    if (i % 100 == 0) {
                      events.audio(tag + "/sound", i, tone(1, 40_000));
                      events.flush();
                    }
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    List<Event> read = EventReader.read(file);
    assertEquals(1 + 4 * (500 + 5), read.size());
    for (int t = 0; t < 4; t++) {
      String tag = "t" + t;
      List<Long> steps = read.stream().filter(e -> e.tag().equals(tag)).map(Event::step).toList();
      assertEquals(500, steps.size());
      for (int i = 0; i < 500; i++) {
        assertEquals(i, steps.get(i));
      }
    }
  }

  @Test
  void whatWasFlushedIsSeenWhileTheFileIsOpen() throws IOException {
    try (EventWriter events = EventWriter.open(directory)) {
      events.scalar("loss", 1, 1);
      events.flush();
      assertEquals(2, EventReader.read(events.file()).size());
      Thread.currentThread().interrupt();
      events.scalar("loss", 2, 1);
      events.flush();
      assertTrue(Thread.interrupted());
      assertEquals(3, EventReader.read(events.file()).size());
    }
  }

  @Test
  void everyWriterHasItsOwnFile() throws IOException {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1), ZoneOffset.UTC);
    TreeSet<Path> files = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      try (EventWriter events = EventWriter.open(directory, clock)) {
        assertTrue(files.isEmpty() || events.file().compareTo(files.last()) > 0);
        files.add(events.file());
      }
    }
    assertEquals(12, files.size());
    try (EventWriter events = EventWriter.resume(directory, 40)) {
      events.flush();
      Event start = EventReader.read(events.file()).get(1);
      assertEquals(40, start.step());
      assertEquals(1, start.sessionStatus());
    }
  }

  @Test
  void whatCannotBeWrittenIsSaidInASentence() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThrows(FileAccessException.class, () -> EventWriter.open(file));
    EventWriter events = EventWriter.open(directory.resolve("logs"));
    assertThrows(
        InvalidInputException.class,
        () -> events.audio("x", 0, Audio.mono(8_000, new float[] {Float.NaN})));
    events.close();
    assertThrows(IllegalStateException.class, () -> events.scalar("x", 0, 0));
    assertEquals(1, EventReader.read(events.file()).size());
  }

  static Audio tone(int channels, int length) {
    float[][] samples = new float[channels][length];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < length; i++) {
        samples[c][i] = (float) (0.5 * Math.sin((0.1 + 0.2 * c) * i));
      }
    }
    return Audio.of(8_000, samples);
  }
}
