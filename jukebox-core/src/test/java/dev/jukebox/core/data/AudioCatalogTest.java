package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.WavFile;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudioCatalogTest {

  @TempDir private Path directory;
  @TempDir private Path logs;

  private final List<String> warnings = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private SkippedFiles skipped;

  @BeforeEach
  void countFromZero() {
    skipped = new SkippedFiles(file -> {});
  }

  @Test
  void everyAudioFileIsFoundInOneOrder() throws IOException {
    Music.stereo(directory.resolve("b/Zwei.WAV"), 0, 4_000);
    Music.mono(directory.resolve("b/c/日本 – ü.wav"), 0, 3_000);
    Music.mono(directory.resolve("a.wav"), 0, 2_000);
    Music.mono(directory.resolve(".hidden.wav"), 0, 2_000);
    Files.writeString(directory.resolve("notes.txt"), "wav");
    Files.writeString(directory.resolve("wav"), "no end");
    Files.createDirectory(directory.resolve("folder.wav"));
    Files.createSymbolicLink(directory.resolve("z.wav"), directory.resolve("a.wav"));
    Files.createSymbolicLink(directory.resolve("b/loop"), directory);

    AudioCatalog catalog = scan(Music.settings(directory));

    assertEquals(List.of("a.wav", "b/Zwei.WAV", "b/c/日本 – ü.wav", "z.wav"), names(catalog));
    assertEquals(
        List.of(2_000L, 4_000L, 3_000L, 2_000L),
        catalog.songs().stream().map(Song::length).toList());
    assertEquals(11_000, catalog.totalLength());
    assertEquals(List.of("1/4", "2/4", "3/4", "4/4"), progress);
    assertEquals(1, skipped.all().size(), "the loop alone: " + skipped.all());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp3", "ogg", "opus", "m4a", "flac", "aac"})
  void everyFormatIsMeasured(String extension) {
    Music.fixture(
        "chirp." + extension, directory.resolve("chirp." + extension.toUpperCase(Locale.ROOT)));
    AudioCatalog catalog = scan(Music.settings(directory));
    assertEquals(Music.RATE, (double) catalog.songs().get(0).length(), Music.RATE * 0.07);
  }

  @Test
  void whatCannotBeDecodedIsNamedAndLeftOut() throws IOException {
    Music.mono(directory.resolve("good.wav"), 0, 2_000);
    Path text = Files.writeString(directory.resolve("a.mp3"), "This is not music.\n".repeat(50));
    Path empty = Files.createFile(directory.resolve("b.flac"));
    Path noWav = Files.write(directory.resolve("c.wav"), new byte[100]);
    Path stump = Music.fixture("chirp.m4a", directory.resolve("d.m4a"));
    Music.cut(stump, 0.1);

    AudioCatalog catalog = scan(Music.settings(directory));

    assertEquals(List.of("good.wav"), names(catalog));
    assertEquals(
        new TreeSet<>(List.of(text, empty, noWav, stump)),
        new TreeSet<>(skipped.all().stream().map(SkippedFile::path).toList()));
    for (SkippedFile file : skipped.all()) {
      assertTrue(file.reason().contains(file.path().toString()), file.reason());
      assertTrue(file.reason().endsWith("."), file.reason());
    }
    assertEquals(0, skipped.chunks());
  }

  @Test
  void aWavFileCutInHalfHasHalfTheLength() {
    Music.cut(Music.mono(directory.resolve("a.wav"), 0, 8_000), 0.5);
    assertEquals(4_000.0, (double) scan(Music.settings(directory)).songs().get(0).length(), 32);
  }

  @Test
  void songsOutsideTheDurationsAreLeftOut() {
    for (int length : new int[] {1_000, 1_999, 2_000, 4_000, 7_999, 8_000, 9_000}) {
      Music.mono(directory.resolve(length + ".wav"), 0, length);
    }
    AudioCatalog catalog = scan(settings(500, 0.25, 1));
    assertEquals(List.of("2000.wav", "4000.wav", "7999.wav"), names(catalog));
    assertEquals(2, catalog.tooShort());
    assertEquals(2, catalog.tooLong());
  }

  @Test
  void lengthsAtAnotherRateAreWholeSamples() {
    for (int length = 44_100; length < 44_150; length++) {
      float[] silence = new float[length];
      WavFile.write(directory.resolve(length + ".wav"), Audio.mono(44_100, silence));
    }
    DataSettings settings =
        new DataSettings(directory, 44_100, 1_000, 0.5, 10, 0, false, 0.9, 1, 2, 0);
    for (Song song : scan(settings).songs()) {
      assertEquals(song.length() + ".wav", song.file().getFileName().toString());
    }
  }

  @Test
  void durationsAreRemembered() throws IOException {
    Path file = Music.mono(directory.resolve("a.wav"), 0, 2_000);
    FileTime time = Files.getLastModifiedTime(file);
    scan(Music.settings(directory));
    assertTrue(Files.exists(logs.resolve(AudioCatalog.CACHE_NAME)));

    // The same size and time: what the file now holds is not looked at.
    Files.write(file, new byte[(int) Files.size(file)]);
    Files.setLastModifiedTime(file, time);
    assertEquals(2_000, scan(Music.settings(directory)).songs().get(0).length());

    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 1_000));
    assertThrows(InvalidInputException.class, () -> scan(Music.settings(directory)));

    Music.mono(file, 0, 3_000);
    Files.setLastModifiedTime(file, time);
    assertEquals(3_000, scan(Music.settings(directory)).songs().get(0).length());
    assertEquals(List.of(), warnings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1]", "{\"a\":null}", "{\"a\":{\"size\":\"x\"}}", "null"})
  void aDamagedCacheIsMadeAnew(String content) throws IOException {
    Music.mono(directory.resolve("a.wav"), 0, 2_000);
    Path store = Files.writeString(logs.resolve(AudioCatalog.CACHE_NAME), content);
    assertEquals(2_000, scan(Music.settings(directory)).totalLength());
    assertTrue(Files.readString(store).contains("a.wav"));
  }

  @Test
  void aCacheThatCannotBeWrittenIsOnlyAWarning() throws IOException {
    Music.mono(directory.resolve("a.wav"), 0, 2_000);
    Path file = Files.createFile(logs.resolve("file"));
    AudioCatalog.scan(
        Music.settings(directory), Optional.of(file.resolve("logs")), skipped, listener());
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).startsWith("Durations are measured anew next time: Cannot write"));
  }

  @Test
  void aDirectoryWithoutMusicIsRefused() throws IOException {
    assertMessage(
        "There is no audio under "
            + directory
            + ": no file's name ends in mp3, opus, m4a, aac,"
            + " wav, flac, ogg; set audio_files_dir to a directory of music.",
        Music.settings(directory));
    Path none = directory.resolve("none");
    assertMessage(
        "There is no directory "
            + none
            + "; set audio_files_dir to the directory of music to"
            + " train on.",
        Music.settings(none));
    Path file = Files.createFile(directory.resolve("file"));
    assertMessage(
        "There is no directory "
            + file
            + ", only a file of that name; set audio_files_dir to the"
            + " directory of music to train on.",
        Music.settings(file));
    assertMessage(
        "audio_files_dir is empty; set it to the directory of music to train on.",
        Music.settings(Path.of("")));
    Path mp3 = Files.createFile(directory.resolve("x.mp3"));
    assertMessage(
        "None of the 1 audio files under "
            + directory
            + " can be decoded; the first: "
            + mp3
            + " is empty.",
        Music.settings(directory));
  }

  @Test
  void durationsThatNoFileHasAreRefused() {
    Music.mono(directory.resolve("a.wav"), 0, 4_000);
    Music.mono(directory.resolve("b.wav"), 0, 8_000);
    assertMessage(
        "No audio file under "
            + directory
            + " lasts at least min_duration, 2.00 s, and less than"
            + " max_duration, 3.00 s: of 2 files the shortest has 0.50 s and the longest 1.00 s.",
        settings(1_000, 2, 3));
    assertMessage(
        "A sample_length of 12000 samples, 1.50 s at 8000 Hz, is longer than every one of the 2"
            + " audio files under "
            + directory
            + ", the longest of which has 1.00 s; make"
            + " sample_length shorter or add longer files.",
        settings(12_000, 2, 3));
  }

  @Test
  void settingsThatContradictAreRefused() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> settings(8_000, 1, 2));
    assertEquals(
        "A sample_length of 8000 samples, 1.000 s at 8000 Hz, is not shorter than min_duration,"
            + " 1.0 s; make min_duration longer or sample_length shorter.",
        e.getMessage());
    assertThrows(InvalidInputException.class, () -> settings(8_000, 3, 3));
    assertThrows(InvalidInputException.class, () -> settings(0, 1, 2));
    assertThrows(InvalidInputException.class, () -> settings(10, Double.NaN, 2));
  }

  private DataSettings settings(int sampleLength, double min, double max) {
    return new DataSettings(directory, Music.RATE, sampleLength, min, max, 0, false, 0.9, 1, 2, 0);
  }

  private AudioCatalog scan(DataSettings settings) {
    return AudioCatalog.scan(settings, Optional.of(logs), skipped, listener());
  }

  private void assertMessage(String message, DataSettings settings) {
    assertEquals(
        message, assertThrows(InvalidInputException.class, () -> scan(settings)).getMessage());
  }

  private List<String> names(AudioCatalog catalog) {
    return catalog.songs().stream()
        .map(song -> AudioFiles.relativeName(directory, song.file()))
        .toList();
  }

  private DataListener listener() {
    return new DataListener() {
      @Override
      public void measured(int done, int total) {
        progress.add(done + "/" + total);
      }

      @Override
      public void warning(String sentence) {
        warnings.add(sentence);
      }
    };
  }
}
