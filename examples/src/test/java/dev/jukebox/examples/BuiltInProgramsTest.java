package dev.jukebox.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.api.Audio;
import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.examples.cli.CommandLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The command line and the programs with the model that needs no files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BuiltInProgramsTest {
  private static final String SECONDS = "6";
  private static final String LONGER = "8";
  private static final int RATE = 22050;

  private Path directory;
  private int topHop;
  private Path run;

  @BeforeAll
  void sample(@TempDir Path temporary) {
    directory = temporary;
    try (JukeboxModel model = Jukebox.open()) {
      topHop = model.hop(model.levels() - 1);
    }
    run = directory.resolve("sample_demo");
    assertEquals(
        0, CommandLines.run("sample", "--sample_length_in_seconds=" + SECONDS, "--name=" + run));
  }

  @Test
  void aRunWritesBothLevels() {
    for (int level = 0; level < 2; level++) {
      Path folder = run.resolve("level_" + level);
      assertTrue(Files.exists(folder.resolve("index.html")), folder.toString());
      assertLength(SECONDS, folder.resolve("item_0.wav"));
      assertFalse(Files.exists(folder.resolve("item_1.wav")));
    }
    assertTrue(Files.exists(run.resolve("level_1/item_0/align.json")));
  }

  @Test
  void songsOfTheModelAreRepeatedOverItems() {
    Path three = directory.resolve("three");
    assertEquals(
        0,
        CommandLines.run(
            "sample", "-n", "3", "--sample_length_in_seconds=" + SECONDS, "--name=" + three));
    Codes codes = Codes.read(three.resolve("level_0/data.pth.tar"));
    assertEquals(3, codes.items());
    Codes alone = Codes.read(run.resolve("level_0/data.pth.tar"));
    assertArrayEquals(alone.item(1, 0), codes.item(1, 0), "item 0 is what it is alone");
    assertFalse(Arrays.equals(codes.item(1, 0), codes.item(1, 2)), "items differ");
  }

  @Test
  void aSongIsContinued() {
    Path wav = directory.resolve("continued.wav");
    ContinueSong.main(words(run.resolve("level_0/data.pth.tar"), LONGER, wav));
    assertLength(LONGER, wav);
    float[] first = Audio.read(run.resolve("level_0/item_0.wav"), RATE).samples();
    float[] longer = Audio.read(wav, RATE).samples();
    // The decoder hears codes beyond the end of the first run, but not beyond a second.
    int same = first.length - RATE;
    assertArrayEquals(Arrays.copyOf(first, same), Arrays.copyOf(longer, same), 1e-3f);
  }

  @Test
  void coarseCodesAreUpsampledAnew() {
    Path coarse = directory.resolve("coarse.wav");
    Path fine = directory.resolve("fine.wav");
    UpsampleSong.main(words(run.resolve("level_1/data.pth.tar"), coarse, fine));
    assertLength(SECONDS, coarse);
    assertLength(SECONDS, fine);
    assertArrayEquals(
        Audio.read(run.resolve("level_1/item_0.wav"), RATE).samples(),
        Audio.read(coarse, RATE).samples(),
        1e-3f);
  }

  @Test
  void aRecordingPrimes() {
    Path wav = directory.resolve("primed.wav");
    PrimeWithRecording.main(words("audio/recording.wav", "1", SECONDS, wav));
    assertLength(SECONDS, wav);
  }

  @Test
  void seedsDecide() {
    TwoSeeds.main(words(directory, SECONDS));
    float[] first = Audio.read(directory.resolve("seed_1.wav"), RATE).samples();
    float[] second = Audio.read(directory.resolve("seed_2.wav"), RATE).samples();
    assertEquals(first.length, second.length);
    assertFalse(Arrays.equals(first, second));
  }

  @Test
  void aSongOfOnesOwn() {
    Path wav = directory.resolve("own.wav");
    SampleSong.main(words(wav, SECONDS, "unknown", "unknown", "la la la"));
    assertLength(SECONDS, wav);
    SampleSong.main(words(wav, SECONDS));
    assertLength(SECONDS, wav);
  }

  @Test
  void everyLevelIsHeard() {
    HearTheCodes.main(words("audio/recording.wav", directory));
    assertTrue(Files.exists(directory.resolve("level_0.wav")));
    assertTrue(Files.exists(directory.resolve("level_1.wav")));
  }

  private static String[] words(Object... args) {
    return Arrays.stream(args).map(Object::toString).toArray(String[]::new);
  }

  private void assertLength(String seconds, Path wav) {
    int samples = Integer.parseInt(seconds) * RATE / topHop * topHop;
    assertEquals(samples, Audio.read(wav, RATE).length(), wav.toString());
  }
}
