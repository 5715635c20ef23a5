package dev.jukebox.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.CancelledException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an application sees: requests, results, listeners, cancellation, several threads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JukeboxTest {
  @TempDir private Path directory;

  private JukeboxModel model;

  @BeforeAll
  void open() {
    model = Jukebox.open(TestModel.source());
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  void oneCallGivesSoundCodesAndFiles() throws Exception {
    Path output = directory.resolve("once");
    SampleResult result = Jukebox.sample(TestModel.request().outputDirectory(output).build());
    assertEquals(3, result.levels().size());
    for (SampleLevel level : result.levels()) {
      assertEquals(2, level.audio().size());
      assertEquals(96 * 128, level.audio(0).length());
      assertTrue(Files.exists(level.directory().orElseThrow().resolve("item_1.wav")));
      assertTrue(Files.exists(level.directory().orElseThrow().resolve("index.html")));
    }
    assertEquals(96 * 16, result.codes().length(0));
    Codes read = Codes.read(output.resolve("level_0/data.pth.tar"));
    assertSame(result.codes(), read);
    assertFalse(Files.exists(output.resolve("partial.pth.tar")));
    Path wav = directory.resolve("song.wav");
    result.audio(1).writeWav(wav);
    assertEquals(result.audio(1).length(), Audio.read(wav, 44100).length());
  }

  @Test
  void seedsDecide() {
    Codes first = model.sample(TestModel.request().build()).codes();
    assertSame(
        first, model.sample(TestModel.request().maxBatchSize(1).chunkSize(3).build()).codes());
    Codes alone = model.sample(TestModel.request().song(TestModel.songs().get(0)).build()).codes();
    for (int level = 0; level < 3; level++) {
      assertArrayEquals(first.item(level, 0), alone.item(level, 0), "item 0 alone");
    }
    Codes other = model.sample(TestModel.request().seed(6).build()).codes();
    assertNotEquals(Arrays.toString(first.item(2, 0)), Arrays.toString(other.item(2, 0)));
  }

  /**
   * Not with a single-sequence model of random weights: it draws lyric tokens among the codes, of
   * which a saved run keeps only that they are no codes.
   */
  @Test
  void stoppedRunGoesOnWhereItStopped() {
    try (JukeboxModel separate = Jukebox.open(TestModel.source("prior_5b_lyrics"))) {
      stopAndGoOn(separate);
    }
  }

  private void stopAndGoOn(JukeboxModel separate) {
    Path output = directory.resolve("stopped");
    Codes whole = separate.sample(TestModel.request().build()).codes();
    for (int stopAt : new int[] {1, 40, 300, 900}) {
      StopAfter listener = new StopAfter(stopAt);
      assertThrows(
          CancelledException.class,
          () ->
              separate.sample(
                  TestModel.request().listener(listener).outputDirectory(output).build()));
      Codes partial = Codes.read(output.resolve("partial.pth.tar"));
      SampleMode mode = SampleMode.continuing(partial);
      assertSame(whole, separate.sample(TestModel.request().mode(mode).build()).codes());
    }
  }

  @Test
  void progressIsToldInOrder() {
    List<SampleProgress> told = new ArrayList<>();
    List<Integer> levels = new ArrayList<>();
    SampleListener listener =
        new SampleListener() {
          @Override
          public void progress(SampleProgress progress) {
            told.add(progress);
          }

          @Override
          public void levelFinished(SampleLevel level) {
            levels.add(level.level());
          }
        };
    model.sample(TestModel.request().listener(listener).build());
    assertEquals(List.of(2, 1, 0), levels);
    for (int level = 0; level < 3; level++) {
      int own = level;
      List<SampleProgress> ofLevel = told.stream().filter(p -> p.level() == own).toList();
      SampleProgress last = ofLevel.get(ofLevel.size() - 1);
      assertEquals(last.total(), last.done());
      assertEquals(0, ofLevel.get(0).done());
    }
  }

  @Test
  void unknownNamesAreWarnedOf() {
    List<String> warnings = new ArrayList<>();
    SampleListener listener =
        new SampleListener() {
          @Override
          public void warning(String message) {
            warnings.add(message);
          }
        };
    Song song = Song.of("Ostinata", "folk");
    model.sample(TestModel.request().song(song).listener(listener).build());
    assertTrue(
        warnings.stream().anyMatch(w -> w.contains("Ostinata") && w.contains("ostinato")),
        warnings.toString());
  }

  @Test
  void encodeDecodeAndUpsample() {
    Audio recording = Audio.read(Path.of("../examples/audio/recording.wav"), model.sampleRate());
    Codes codes = model.encode(List.of(recording, recording));
    assertEquals(recording.length() / 128, codes.length(2));
    assertEquals(codes.length(2) * 128, model.decode(codes, 0).get(1).length());
    Codes whole = model.sample(TestModel.request().build()).codes();
    Codes top = whole.onlyTop();
    assertEquals(0, top.length(0));
    assertEquals(whole.length(2), top.length(2));
    assertSame(whole, model.upsample(top, TestModel.request()).codes());
    SampleMode half = new SampleMode.Upsample(top, OptionalDouble.of(TestModel.SECONDS / 2));
    SampleRequest.Builder shorter = TestModel.request().mode(half).seconds(TestModel.SECONDS / 2);
    assertEquals(whole.length(0) / 2, model.sample(shorter.build()).codes().length(0));
  }

  @Test
  void threadsTakeTurns() throws Exception {
    Codes expected = model.sample(TestModel.request().build()).codes();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Codes>> runs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        runs.add(threads.submit(() -> model.sample(TestModel.request().build()).codes()));
      }
      for (Future<Codes> run : runs) {
        assertSame(expected, run.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aClosedModelSaysSo() {
    JukeboxModel closed = Jukebox.open(TestModel.source());
    closed.close();
    closed.close();
    InvalidInputException failure =
        assertThrows(InvalidInputException.class, () -> closed.sample(TestModel.request().build()));
    assertTrue(failure.getMessage().contains("closed"));
  }

  private static void assertSame(Codes expected, Codes actual) {
    assertEquals(expected.levels(), actual.levels());
    assertEquals(expected.items(), actual.items());
    for (int level = 0; level < expected.levels(); level++) {
      for (int item = 0; item < expected.items(); item++) {
        assertArrayEquals(expected.item(level, item), actual.item(level, item), "level " + level);
      }
    }
  }

  private static final class StopAfter implements SampleListener {
    private final int steps;
    private int asked;

    StopAfter(int steps) {
      this.steps = steps;
    }

    @Override
    public boolean isCancelled() {
      return asked++ >= steps;
    }
  }
}
