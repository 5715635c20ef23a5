package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.labels.ArtistGenreIds;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to files that cannot be decoded, or not to their end. */
class DamagedDataTest {

  @TempDir private Path directory;

  @Test
  void aSongThatIsCutOffIsReplacedNamedOnceAndCounted() {
    TrainingSongs.write(directory);
    Path broken = Music.fixture("chirp.flac", directory.resolve("broken.flac"));
    Music.cut(broken, 0.5);
    List<SkippedFile> told = new ArrayList<>();
    DataListener listener =
        new DataListener() {
          @Override
          public void skipped(SkippedFile file) {
            told.add(file);
          }
        };
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 3))
            .listener(listener)
            .open()) {
      List<Batch> batches = TrainingSongs.all(data.train(), 0, 0);
      TrainingSongs.all(data.train(), 1, 0);
      List<Batch> test = TrainingSongs.all(data.test(), 0, 0);
      assertEquals(data.train().batches(), batches.size());
      assertEquals(data.test().chunks(), test.stream().mapToInt(Batch::size).sum());
      assertEquals(List.of(broken), told.stream().map(SkippedFile::path).toList());
      assertTrue(
          told.get(0).reason().contains("is cut off or damaged: its header tells of 1.00 s"),
          told.get(0).reason());
      assertEquals(told, data.skipped().all());
      assertTrue(data.skipped().chunks() > 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp3", "ogg", "opus", "m4a", "flac", "aac"})
  void aCutSongOfAnyFormatDoesNotEndTheRun(String end) {
    TrainingSongs.write(directory);
    Path broken = Music.fixture("chirp." + end, directory.resolve("0 ü." + end));
    Music.cut(broken, 0.6);
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, true, false, 3, 3)).open()) {
      for (int epoch = 0; epoch < 3; epoch++) {
        assertEquals(data.train().batches(), TrainingSongs.all(data.train(), epoch, 0).size());
      }
      assertTrue(data.skipped().all().size() <= 1);
      data.skipped().all().forEach(file -> assertEquals(broken, file.path()));
    }
  }

  @Test
  void whatFewSamplesALossyFileLacksIsSilence() {
    for (String end : List.of("mp3", "ogg", "opus", "m4a", "aac")) {
      Music.fixture("chirp." + end, directory.resolve("chirp." + end));
    }
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, true, true, 2, 2)).open()) {
      for (int epoch = 0; epoch < 5; epoch++) {
        TrainingSongs.all(data.train(), epoch, 0);
        TrainingSongs.all(data.test(), epoch, 0);
      }
      assertEquals(List.of(), data.skipped().all());
    }
  }

  @Test
  void musicThatVanishesEndsTheRunWithItsReason() throws IOException {
    TrainingSongs.write(directory);
    try (TrainingData data =
        TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 2)).open()) {
      for (int i = 0; i < 3; i++) {
        Files.delete(directory.resolve(i + ".wav"));
      }
      try (BatchStream batches = data.train().epoch(0, 0)) {
        String message = assertThrows(InvalidInputException.class, batches::next).getMessage();
        assertTrue(
            message.startsWith(
                "None of 100 chunks of music in a row could be decoded; the last: Cannot read "),
            message);
      }
    }
  }

  @Test
  void whatCallbacksThrowIsNotTakenForDamage() {
    TrainingSongs.write(directory);
    AtomicInteger calls = new AtomicInteger();
    MetadataSource source =
        file -> {
          if (calls.incrementAndGet() > 10) {
            throw new IllegalStateException("the callback's own");
          }
          return Optional.empty();
        };
    try (TrainingData data =
            TrainingData.builder(TrainingSongs.settings(directory, false, false, 3, 2))
                .labels(Labeller.of(1, 0, TrainingSongs.LENGTH, ArtistGenreIds.none(true)), source)
                .open();
        BatchStream batches = data.train().epoch(0, 0)) {
      assertEquals(
          "the callback's own",
          assertThrows(IllegalStateException.class, () -> batches.forEachRemaining(b -> {}))
              .getMessage());
    }
  }
}
