package dev.jukebox.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The model that needs no file and no network. */
class BuiltInTest {
  private static final double SECONDS = 4;

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
  void itHasAName() {
    assertEquals(ModelSource.builtIn(), ModelSource.parse("demo"));
    List<ModelInfo> models = Jukebox.models(JukeboxOptions.builder().offline(true).build());
    assertEquals(
        List.of("demo", "5b", "5b_lyrics", "1b_lyrics"),
        models.stream().map(ModelInfo::name).toList());
    assertEquals(
        List.of(true, false, false, false), models.stream().map(ModelInfo::builtIn).toList());
    assertTrue(models.get(0).runBytes(WeightType.F32, 1) > 0);
  }
}
