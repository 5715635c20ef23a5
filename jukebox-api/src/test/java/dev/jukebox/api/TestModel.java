package dev.jukebox.api;

import java.nio.file.Path;
import java.util.List;

/** A small model of the golden set, and requests that it answers in a second. */
final class TestModel {
  /** One window of the upsampler below the top, and half of one more. */
  static final double SECONDS = 96 * 128 / 44100.0;

  private TestModel() {}

  static ModelSource source() {
    return source("prior_1b_lyrics");
  }

  static ModelSource source(String top) {
    String property = System.getProperty("jukebox.golden", "");
    Path directory =
        property.isBlank() || property.startsWith("${")
            ? Path.of("../jukebox-core/src/test/resources/golden")
            : Path.of(property);
    return ModelSource.file(directory.resolve("model_" + top + ".json"));
  }

  static SampleRequest.Builder request() {
    return SampleRequest.builder()
        .model(source())
        .songs(songs())
        .seconds(SECONDS)
        .totalSeconds(30)
        .seed(5);
  }

  static List<Song> songs() {
    return List.of(
        Song.of("Ostinato", "folk").withLyrics("one two three"),
        Song.of("The 5th Wheel", "blues rock").withLyrics("four five six seven eight nine ten"));
  }
}
