package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.labels.ArtistGenreIds;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.error.CancelledException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {

  private static final int LENGTH = TrainingSongs.LENGTH;

  @TempDir private Path directory;

  @Test
  void rowsAreTheSamplesOfTheirPlaces() {
    TrainingSongs.write(directory);
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, true, false, 3, 2)).open()) {
      assertEquals(59, data.chunks());
      assertEquals(53, data.train().chunks());
      assertEquals(17, data.train().batches());
      assertEquals(6, data.test().chunks());
      assertEquals(2, data.test().batches());
      int rows = 0;
      for (Batch batch : TrainingSongs.all(data.train(), 0, 0)) {
        assertEquals(3, batch.size());
        assertEquals(0, batch.labels().length);
        for (int row = 0; row < batch.size(); row++, rows++) {
          Batch.Origin origin = batch.origins().get(row);
          int song = song(origin);
          for (int i = 0; i < LENGTH; i++) {
            float left = Music.sample(song, 0, origin.offset() + i);
            // Song 1 is mono; elsewhere the mean of both channels is a quarter of the left one.
            float expected = song == 1 ? left : left / 4;
            assertEquals(expected, batch.samples()[row * LENGTH + i]);
          }
        }
      }
      assertEquals(51, rows);
    }
  }

  @Test
  void anEpochHasEveryChunkAtMostOnceInItsOwnOrder() {
    TrainingSongs.write(directory);
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 2, 2)).open()) {
      List<Batch.Origin> first = origins(TrainingSongs.all(data.train(), 0, 0));
      List<Batch.Origin> second = origins(TrainingSongs.all(data.train(), 1, 0));
      assertEquals(52, new HashSet<>(first).size());
      assertEquals(52, first.size());
      assertNotEquals(first, second);
      List<Batch> test = TrainingSongs.all(data.test(), 0, 0);
      List<Batch.Origin> tested = origins(test);
      assertEquals(6, new HashSet<>(tested).size());
      Set<Batch.Origin> trained = new HashSet<>(first);
      trained.addAll(second);
      assertEquals(53, trained.size(), "the chunk left over in one epoch comes in another");
      tested.forEach(origin -> assertFalse(trained.contains(origin)));
    }
  }

  @Test
  void theLastBatchOfATestMayBeSmall() {
    TrainingSongs.write(directory);
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 4, 2)).open()) {
      assertEquals(
          List.of(4, 2), TrainingSongs.all(data.test(), 7, 0).stream().map(Batch::size).toList());
      assertEquals(13, TrainingSongs.all(data.train(), 0, 0).size());
    }
  }

  @Test
  void batchesDependOnNeitherThreadsNorWhereAnEpochIsBegun() {
    TrainingSongs.write(directory);
    Music.cut(Music.fixture("chirp.flac", directory.resolve("1-broken.flac")), 0.5);
    List<Batch> expected;
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, true, true, 3, 1)).open()) {
      expected = TrainingSongs.all(data.train(), 2, 0);
      assertEquals(1, data.skipped().all().size());
      assertTrue(data.skipped().chunks() > 0);
    }
    for (int workers : new int[] {2, 5}) {
      try (TrainingData data =
          TrainingData.builder(TrainingSongs.settings(directory, true, true, 3, workers)).open()) {
        assertSame(expected, TrainingSongs.all(data.train(), 2, 0));
        assertSame(expected.subList(6, expected.size()), TrainingSongs.all(data.train(), 2, 6));
        assertEquals(List.of(), TrainingSongs.all(data.train(), 2, expected.size()));
        assertEquals(6, TrainingSongs.all(data.train(), 2, 6).get(0).index());
        assertEquals(2, TrainingSongs.all(data.train(), 2, 6).get(0).epoch());
      }
    }
  }

  @Test
  void anotherSeedIsAnotherOrder() {
    TrainingSongs.write(directory);
    DataSettings settings = TrainingSongs.settings(directory, false, false, 3, 2);
    List<Batch.Origin> one;
    try (TrainingData data = TrainingData.builder(settings).open()) {
      one = origins(TrainingSongs.all(data.train(), 0, 0));
    }
    DataSettings other =
        new DataSettings(
            directory, Music.RATE, LENGTH, 0.2, 60, 0, false, 0.9, 3, 2, settings.seed() + 1);
    try (TrainingData data = TrainingData.builder(other).open()) {
      assertNotEquals(one, origins(TrainingSongs.all(data.train(), 0, 0)));
    }
  }

  @Test
  void channelsAreMixedWithAWeightForEachChunk() {
    Music.stereo(directory.resolve("0.wav"), 0, 200_000);
    Set<Float> weights = new HashSet<>();
    double sum = 0;
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, true, 4, 2)).open()) {
      for (int epoch = 0; epoch < 3; epoch++) {
        for (Batch batch : TrainingSongs.all(data.train(), epoch, 0)) {
          for (int row = 0; row < batch.size(); row++) {
            long offset = batch.origins().get(row).offset();
            double weight = weight(batch.samples()[row * LENGTH], offset);
            assertTrue(weight > -1e-6 && weight < 1, "weight " + weight);
            for (int i = 0; i < LENGTH; i++) {
              assertEquals(weight, weight(batch.samples()[row * LENGTH + i], offset + i), 2e-6);
            }
            weights.add((float) weight);
            sum += weight;
          }
        }
      }
    }
    assertEquals(540, weights.size(), 2);
    // Four standard deviations of the mean of uniform draws.
    assertEquals(0.5, sum / 540, 4 / Math.sqrt(12 * 540));
  }

  @Test
  void shiftsReachAllPlaces() {
    Draws draws = new Draws(3);
    int[] counts = new int[10];
    for (int item = 0; item < 10_000; item++) {
      counts[draws.shift(item, 4, 5) + 5]++;
    }
    for (int count : counts) {
      assertEquals(1_000, count, 150);
    }
    int[] order = draws.order(1_000, 3, 0);
    assertFalse(Arrays.equals(order, draws.order(1_000, 4, 0)));
    Arrays.sort(order);
    for (int i = 0; i < order.length; i++) {
      assertEquals(i, order[i]);
    }
  }

  @Test
  void lyricsAndNamesComeWithTheChunk() {
    TrainingSongs.write(directory);
    MetadataSource source =
        file ->
            file.endsWith("2.wav")
                ? Optional.empty()
                : Optional.of(new SongMetadata("Nova", "blues", "la ".repeat(100)));
    List<String> warnings = new ArrayList<>();
    MetadataIds.derive(List.of(new SongMetadata("Nova", "blues", "")), true)
        .write(directory.resolve("ids"));
    ArtistGenreIds ids = ArtistGenreIds.read(directory.resolve("ids"), true);
    Labeller labeller = Labeller.of(1, 12, LENGTH, ids);
    int known = 0;
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, true, false, 3, 2))
            .labels(labeller, source)
            .listener(warningsTo(warnings))
            .open()) {
      for (Batch batch : TrainingSongs.all(data.train(), 0, 0)) {
        assertEquals(17, batch.yLength());
        for (int row = 0; row < batch.size(); row++) {
          Batch.Origin origin = batch.origins().get(row);
          SongMetadata song = source.find(origin.file()).orElse(SongMetadata.UNKNOWN);
          long total = song(origin) == 0 ? 20_500 : song(origin) == 1 ? 9_300 : 30_000;
          Metadata metadata =
              new Metadata(song.artist(), song.genre(), song.lyrics(), total, origin.offset());
          long[] y = Arrays.copyOfRange(batch.labels(), row * 17, row * 17 + 17);
          assertArrayEquals(labeller.label(metadata).y(), y);
          known += y[3] == 1 ? 1 : 0;
        }
      }
    }
    assertTrue(known > 10 && known < 45, known + " chunks of known songs");
    assertEquals(
        List.of(
            "1 of 3 songs have no metadata and get an unknown artist and genre, and no lyrics."),
        warnings);
  }

  @Test
  void aSongThatTheModelCannotLabelIsNamedBeforeTheStart() {
    TrainingSongs.write(directory);
    MetadataSource source = file -> Optional.of(new SongMetadata("a", "one two three", ""));
    Labeller labeller = Labeller.of(2, 0, LENGTH, ArtistGenreIds.none(false));
    TrainingData.Builder builder =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 2))
            .labels(labeller, source);
    String message = assertThrows(InvalidInputException.class, builder::open).getMessage();
    assertTrue(message.startsWith(directory.resolve("0.wav") + ": The genre \"one two three\""));
  }

  @Test
  void onlyAFewBatchesAreDecodedAhead() throws InterruptedException {
    TrainingSongs.write(directory);
    AtomicInteger calls = new AtomicInteger();
    MetadataSource source =
        file -> {
          calls.incrementAndGet();
          return Optional.empty();
        };
    Labeller labeller = Labeller.of(1, 0, LENGTH, ArtistGenreIds.none(true));
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 4))
            .labels(labeller, source)
            .open()) {
      calls.set(0);
      try (BatchStream batches = data.train().epoch(0, 0)) {
        batches.next();
        Thread.sleep(300);
        // The one that was handed out, two ahead of the one to come, and that one.
        assertEquals(4 * 3, calls.get());
      }
    }
  }

  @Test
  void threadsAndFilesEndWithTheData() throws IOException, InterruptedException {
    TrainingSongs.write(directory);
    Music.cut(Music.fixture("chirp.flac", directory.resolve("broken.flac")), 0.5);
    Music.fixture("chirp.mp3", directory.resolve("good.mp3"));
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, true, true, 3, 4)).open()) {
      TrainingSongs.all(data.train(), 0, 0);
    }
    long before = openFiles();
    for (int i = 0; i < 5; i++) {
      TrainingData data =
          TrainingData.builder(TrainingSongs.settings(directory, true, true, 3, 4)).open();
      TrainingSongs.all(data.train(), i, 0);
      BatchStream left = data.train().epoch(i, 0);
      left.next();
      data.close();
      data.close();
      // What was decoded before the end may still come; then nothing does.
      assertThrows(CancelledException.class, () -> left.forEachRemaining(b -> {}));
    }
    assertEquals(before, openFiles());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().matches("jukebox-(train|test|durations)-.*")) {
        // A thread that has done its last may take a moment to be gone.
        thread.join(5_000);
        assertFalse(thread.isAlive(), thread.getName());
      }
    }
  }

  @Test
  void anInterruptedWaitIsCancelled() {
    TrainingSongs.write(directory);
    CountDownLatch goOn = new CountDownLatch(1);
    MetadataSource slow =
        file -> {
          if (Thread.currentThread().getName().startsWith("jukebox-")) {
            awaitQuietly(goOn);
          }
          return Optional.empty();
        };
    Labeller labeller = Labeller.of(1, 0, LENGTH, ArtistGenreIds.none(true));
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 2))
            .labels(labeller, slow)
            .open()) {
      BatchStream batches = data.train().epoch(0, 0);
      Thread.currentThread().interrupt();
      assertThrows(CancelledException.class, batches::next);
      assertTrue(Thread.interrupted());
      goOn.countDown();
      assertEquals(0, batches.next().index());
      batches.close();
      assertFalse(batches.hasNext());
      assertThrows(NoSuchElementException.class, batches::next);
      assertEquals(data.skipped().all(), List.of());
    }
  }

  @Test
  void tooLittleMusicForABatchIsRefused() {
    Music.mono(directory.resolve("a.wav"), 0, 3_000);
    TrainingData.Builder builder =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 2));
    assertEquals(
        "There are 2 chunks to train on (3 in all, times train_test_split 0.9), fewer than bs, 3;"
            + " add music, or make sample_length or bs smaller.",
        assertThrows(InvalidInputException.class, builder::open).getMessage());
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 2, 2)).open()) {
      assertEquals(
          "An epoch of 1 batches was to begin at batch 2 of epoch 0; was the run begun with other"
              + " data?",
          assertThrows(InvalidInputException.class, () -> data.train().epoch(0, 2)).getMessage());
    }
  }

  @Test
  void musicThatIsOnlyTestedOnNeedsNoBatchToTrainOn() {
    Music.mono(directory.resolve("a.wav"), 0, 3_000);
    TrainingData.Builder builder =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 2))
            .uses(false, true);
    try (TrainingData data = builder.open()) {
      assertEquals(0, data.train().batches());
      assertEquals(1, TrainingSongs.all(data.test(), 0, 0).size());
    }
  }

  @Test
  void nothingToTestOnIsRefusedOrWarnedOf() {
    Music.mono(directory.resolve("a.wav"), 0, 3_000);
    DataSettings settings =
        new DataSettings(directory, Music.RATE, LENGTH, 0.2, 60, 0, false, 1, 3, 2, 5);
    String sentence =
        "There is nothing to test on: train_test_split 1.0 leaves none of 3 chunks; make it"
            + " smaller or add music.";
    List<String> warnings = new ArrayList<>();
    TrainingData.Builder builder =
        TrainingData.builder(settings).listener(warningsTo(warnings)).uses(false, true);
    assertEquals(sentence, assertThrows(InvalidInputException.class, builder::open).getMessage());
    builder.uses(true, false).open().close();
    assertEquals(List.of(), warnings);
    builder.uses(true, true).open().close();
    assertEquals(List.of(sentence), warnings);
  }

  private static DataListener warningsTo(List<String> warnings) {
    return new DataListener() {
      @Override
      public void warning(String sentence) {
        warnings.add(sentence);
      }
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double weight(float mixed, long i) {
    return (mixed / Music.sample(0, 0, i) + 0.5) / 1.5;
  }

  private static int song(Batch.Origin origin) {
    return origin.file().getFileName().toString().charAt(0) - '0';
  }

  private static List<Batch.Origin> origins(List<Batch> batches) {
    return batches.stream().flatMap(batch -> batch.origins().stream()).toList();
  }

  private static void assertSame(List<Batch> expected, List<Batch> actual) {
    assertEquals(origins(expected), origins(actual));
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).samples(), actual.get(i).samples());
      assertArrayEquals(expected.get(i).labels(), actual.get(i).labels());
    }
  }

  private static long openFiles() throws IOException {
    Path open = Path.of("/proc/self/fd");
    if (!Files.isDirectory(open)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(open)) {
      return files.count();
    }
  }
}
