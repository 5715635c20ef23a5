package dev.jukebox.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The model that needs no file and no network. */
class BuiltInTest {
  private static final double SECONDS = 6;

  @Test
  void aRequestWithoutAModelTakesIt() {
    SampleResult result = Jukebox.sample(SampleRequest.builder().seconds(SECONDS).build());
    Audio audio = result.audio(0);
    try (JukeboxModel model = Jukebox.open()) {
      assertEquals("demo", model.name());
      assertEquals(model.sampleRate(), audio.sampleRate());
      int hop = model.hop(model.levels() - 1);
      assertEquals((int) (SECONDS * audio.sampleRate()) / hop * hop, audio.length());
      for (int level = 0; level < model.levels(); level++) {
        assertTrue(model.hasPrior(level), "level " + level);
      }
      Codes again = model.sample(SampleRequest.builder().seconds(SECONDS).build()).codes();
      assertArrayEquals(result.codes().item(0, 0), again.item(0, 0));
    }
  }

  @Test
  void itSingsItsOwnSongsUnlessOthersAreNamed() {
    try (JukeboxModel model = Jukebox.open()) {
      SampleDefaults defaults = model.defaults();
      assertFalse(defaults.songs().isEmpty());
      assertTrue(defaults.seconds() >= 20 && defaults.totalSeconds() >= defaults.seconds());
      SampleResult own = model.sample(request().items(1).build());
      assertEquals(List.of(defaults.songs().get(0)), own.songs());
      int count = defaults.songs().size();
      assertEquals(
          defaults.songs().get(0),
          model.sample(request().items(count + 1).build()).songs().get(count));
      Song other = Song.of("unknown", "unknown").withLyrics("other words");
      assertEquals(List.of(other), model.sample(request().song(other).build()).songs());
      assertEquals(
          List.of(other, other), model.sample(request().song(other).items(2).build()).songs());
      SampleMode again = SampleMode.continuing(own.codes());
      SampleRequest longer = request().seconds(SECONDS + 1).mode(again).build();
      assertEquals(1, model.sample(longer).songs().size());
      SampleRequest.Builder anew = SampleRequest.builder().seed(1);
      assertEquals(
          own.codes().length(0), model.upsample(own.codes().onlyTop(), anew).codes().length(0));
    }
  }

  private static SampleRequest.Builder request() {
    return SampleRequest.builder().seconds(SECONDS);
  }

  @Test
  void itHasAName() {
    assertEquals(ModelSource.builtIn(), ModelSource.parse("demo"));
    List<ModelInfo> models = Jukebox.models(JukeboxOptions.builder().offline(true).build());
    assertEquals(
        List.of("demo", "5b", "5b_lyrics", "1b_lyrics"),
        models.stream().map(ModelInfo::name).toList());
    assertEquals(
        List.of(true, false, false, false), models.stream().map(ModelInfo::builtIn).toList());
    assertTrue(models.get(0).runBytes(WeightType.F32, 1) > 0);
    assertFalse(models.get(0).defaults().songs().isEmpty());
    assertEquals(20, models.get(1).defaults().seconds());
    assertEquals(180, models.get(1).defaults().totalSeconds());
  }
}
