package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes are kept, whatever happens in the middle of writing them. */
class CodesJournalTest {
  private static final int[] FIRST = {3, 1, 4, 1, 5};
  private static final int[] SECOND = {1023, 0};

  @TempDir private Path directory;

  private Path written() {
    Path file = directory.resolve("deep/codes.bin");
    try (CodesJournal journal = CodesJournal.open(file, "a model")) {
      journal.append("größe.wav", FIRST);
      journal.append("b.wav", SECOND);
    }
    return file;
  }

  @Test
  void whatWasAppendedIsThereAgain() {
    Path file = written();
    try (CodesJournal journal = CodesJournal.open(file, "a model")) {
      assertEquals(List.of("größe.wav", "b.wav"), List.copyOf(journal.read().keySet()));
      assertArrayEquals(FIRST, journal.read().get("größe.wav"));
      assertArrayEquals(SECOND, journal.read().get("b.wav"));
    }
  }

  @Test
  void aFileCutAnywhereKeepsItsWholeRecordsAndGoesOn() throws IOException {
    byte[] whole = Files.readAllBytes(written());
    Path file = directory.resolve("cut.bin");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (CodesJournal journal = CodesJournal.open(file, "a model")) {
        journal.append("c.wav", SECOND);
      }
      try (CodesJournal journal = CodesJournal.open(file, "a model")) {
        assertArrayEquals(SECOND, journal.read().get("c.wav"), "cut at " + length);
        journal
            .read()
            .forEach((song, codes) -> assertEquals(song.equals("größe.wav"), codes.length == 5));
      }
    }
  }

  @Test
  void aFlippedBitEndsWhatIsBelieved() throws IOException {
    Path file = written();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 12] ^= 1;
    Files.write(file, bytes);
    try (CodesJournal journal = CodesJournal.open(file, "a model")) {
      assertEquals(List.of("größe.wav"), List.copyOf(journal.read().keySet()));
    }
  }

  @Test
  void codesOfAnotherModelAreThrownAway() {
    Path file = written();
    try (CodesJournal journal = CodesJournal.open(file, "another model")) {
      assertEquals(0, journal.read().size());
      journal.append("d.wav", FIRST);
    }
    try (CodesJournal journal = CodesJournal.open(file, "another model")) {
      assertEquals(List.of("d.wav"), List.copyOf(journal.read().keySet()));
    }
  }
}
