package dev.jukebox.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.error.JukeboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be done is said in one sentence before anything is begun. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final Path RECORDING = Path.of("../examples/audio/recording.wav");

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
  void lengths() {
    refused(TestModel.request().seconds(0.001), "shorter than one code");
    refused(TestModel.request().seconds(0.03), "too short for the upsampler", "longer sample");
    refused(TestModel.request().totalSeconds(0.04), "at least 0.05 s");
    refused(TestModel.request().totalSeconds(61), "less than 60 s");
    refused(TestModel.request().totalSeconds(0.1).seconds(5), "outside the song");
    Song late = TestModel.songs().get(0).withOffset(31 * 44100);
    refused(TestModel.request().song(late), "offset");
  }

  @Test
  void settings() {
    refused(TestModel.request().hopFraction(List.of(0.5, 0.5)), "hop_fraction has 2", "3 levels");
    refused(TestModel.request().hopFraction(List.of(0.5, 0.5, 0.0)), "hop_fraction is 0.0");
    refused(TestModel.request().hopFraction(List.of(0.3, 0.5, 0.125)), "hop of 19", "0.3125");
    refused(TestModel.request().hopFraction(List.of(0.5, 0.5, 0.001)), "hop of 0");
    refused(TestModel.request().temp(List.of(1.0, 1.0)), "temp has 2");
    refused(TestModel.request().temp(0), "temp is 0");
    refused(TestModel.request().topK(3).topP(0.5), "top_k 3", "top_p 0.5");
    refused(TestModel.request().maxBatchSize(0), "max_batch_size is 0");
    refused(TestModel.request().chunkSize(0), "chunk_size is 0");
  }

  @Test
  void prompts() {
    refused(primed(RECORDING, 4, 10), "recording.wav");
    refused(primed(RECORDING, 1, 0.9), "leaves nothing to sample");
    refused(primed(RECORDING, 0.0001, 1), "shorter than one code");
    refused(primed(directory.resolve("none.wav"), 0.1, 1), "none.wav");
  }

  private static SampleRequest.Builder primed(Path file, double prompt, double seconds) {
    return TestModel.request().mode(SampleMode.primed(List.of(file), prompt)).seconds(seconds);
  }

  @Test
  void codes() {
    refused(continuing(codes(3, 1, 10, 0)), "codes are of 1 items", "2 are asked for");
    refused(continuing(codes(2, 2, 10, 0)), "have 2 levels", "model has 3");
    refused(continuing(codes(3, 2, 10, 4711)), "code 4711", "another model");
    refused(continuing(codes(3, 2, 200, 0)), "longer than the sample");
    refused(
        TestModel.request().mode(SampleMode.upsampling(codes(3, 2, 10, 0))),
        "upsampling",
        "its codes last");
    refused(
        TestModel.request()
            .mode(new SampleMode.Continue(codes(3, 2, 10, 0), OptionalDouble.of(0.1))),
        "longer than the codes");
  }

  private static SampleRequest.Builder continuing(Codes codes) {
    return TestModel.request().mode(SampleMode.continuing(codes));
  }

  private static Codes codes(int levels, int items, int length, int value) {
    int[] item = new int[length];
    Arrays.fill(item, value);
    return Codes.of(Collections.nCopies(levels, Collections.nCopies(items, item)));
  }

  @Test
  void models() throws Exception {
    assertTrue(
        assertThrows(InvalidInputException.class, () -> Jukebox.open(ModelSource.named("1b_lyric")))
            .getMessage()
            .contains("1b_lyrics"));
    JukeboxOptions wrong = JukeboxOptions.builder().backend("gpu").build();
    assertTrue(
        assertThrows(InvalidInputException.class, () -> Jukebox.open(TestModel.source(), wrong))
            .getMessage()
            .contains("unknown backend gpu"));
    Path junk = Files.writeString(directory.resolve("junk.pth.tar"), "no codes here");
    assertThrows(JukeboxException.class, () -> Codes.read(junk));
  }

  /** Layer 0 attends to a block of codes; which layers hear the lyrics is said. */
  @Test
  void alignmentLayerThatHearsNoLyrics() throws Exception {
    Path original = ((ModelSource.File) TestModel.source()).path();
    String folder = original.toAbsolutePath().getParent() + "/";
    String json =
        Files.readString(original)
            .replaceAll("(\"restore_[a-z]+\": \")", "$1" + folder)
            .replace("\"ids\": \"", "\"ids\": \"" + folder)
            .replaceAll("\"alignment_layer\": [0-9]+", "\"alignment_layer\": 0");
    Path file = Files.writeString(directory.resolve("model.json"), json);
    try (JukeboxModel changed = Jukebox.open(ModelSource.file(file))) {
      String message =
          assertThrows(
                  InvalidInputException.class, () -> changed.sample(TestModel.request().build()))
              .getMessage();
      assertTrue(message.contains("alignment_layer 0") && message.contains("15"), message);
    }
  }

  @Test
  void placesThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    SampleRequest request = TestModel.request().outputDirectory(file.resolve("run")).build();
    String message =
        assertThrows(FileAccessException.class, () -> model.sample(request)).getMessage();
    assertTrue(message.contains("file"), message);
  }

  private void refused(SampleRequest.Builder request, String... words) {
    Path output = directory.resolve("never");
    JukeboxException failure =
        assertThrows(
            JukeboxException.class, () -> model.sample(request.outputDirectory(output).build()));
    for (String word : words) {
      assertTrue(
          failure.getMessage().contains(word), word + " is missing in: " + failure.getMessage());
    }
    assertFalse(failure.getMessage().contains("\n"), failure.getMessage());
    assertFalse(Files.exists(output.resolve("level_2")), "sampling had begun");
  }
}
