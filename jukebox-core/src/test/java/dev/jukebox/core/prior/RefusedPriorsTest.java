package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.error.JukeboxException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Priors and uses of them that make no sense are refused in one sentence. */
class RefusedPriorsTest {

  @Test
  void summarySpreadIsRefused() {
    assertRefused(
        () -> TinyPriors.order(4, 4, "spread", 2),
        "attn_order 4 has layers of attn_func 5, which cannot be sampled");
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 7, 8, 10, 11})
  void anEncoderIsNeededWhereLayersAttendToOne(int order) {
    assertRefused(() -> TinyPriors.order(order, 79), "attn_func 6 attend to a lyric encoder");
  }

  @Test
  void lyricsInTheSequenceAreNeededWhereLayersAttendToThem() {
    assertRefused(() -> TinyPriors.order(12, 48), "attn_func 7 attend to lyrics in the same");
  }

  @Test
  void aLyricEncoderHasNoEncoderOfItsOwn() {
    assertRefused(
        () ->
            TinyPriors.order(
                6,
                4,
                "n_tokens",
                8,
                "use_tokens",
                true,
                "prime_blocks",
                4,
                "prime_depth",
                4,
                "prime_attn_order",
                6),
        "attn_func 6 attend to a lyric encoder");
  }

  @Test
  void aSingleSequenceNeedsItsLyrics() {
    assertRefused(
        () -> TinyPriors.order(2, 3, "single_enc_dec", true, "n_tokens", 8),
        "single_enc_dec puts lyrics before the codes, so it needs use_tokens");
  }

  @Test
  void promptsThatDoNotFitAreRefused() {
    TinyPrior tiny = TinyPriors.order(1, 2, "n_ctx", 8);
    try (Backend backend = GoldenBackends.open("java");
        Prior prior = tiny.load(backend, DType.F32);
        Conditioning conditioning = tiny.condition(prior)) {
      assertPromptRefused(prior, conditioning, tiny.prompts(4), 0, "chunk size of 0");
      assertPromptRefused(prior, conditioning, List.of(new int[4]), 2, "batch of 2 items");
      assertPromptRefused(
          prior, conditioning, List.of(new int[4], new int[3]), 2, "prompts of 4 and 3 codes");
      assertPromptRefused(
          prior, conditioning, List.of(new int[9], new int[9]), 2, "window of 8 codes");
      try (DecodeSession session = prior.open(conditioning)) {
        session.prefill(tiny.prompts(4), 3);
        assertRefused(() -> session.prefill(tiny.prompts(4), 3), "second prompt");
      }
    }
  }

  private static void assertPromptRefused(
      Prior prior, Conditioning conditioning, List<int[]> codes, int chunk, String part) {
    try (DecodeSession session = prior.open(conditioning)) {
      assertRefused(() -> session.prefill(codes, chunk), part);
    }
  }

  @Test
  void aFullWindowTakesNoMoreCodes() {
    TinyPrior tiny = TinyPriors.order(1, 2, "n_ctx", 8);
    try (Backend backend = GoldenBackends.open("java");
        Prior prior = tiny.load(backend, DType.F32);
        Conditioning conditioning = tiny.condition(prior);
        DecodeSession session = prior.open(conditioning)) {
      session.prefill(tiny.codes(), 8);
      assertEquals(8, session.codeCount());
      SamplerSettings settings = new SamplerSettings(1, 0, 0);
      assertThrows(ComputeException.class, () -> session.step(settings, 0, tiny.items(), 8));
    }
  }

  private static void assertRefused(Executable attempt, String part) {
    JukeboxException refused = assertThrows(InvalidInputException.class, attempt);
    String message = refused.getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(!message.contains("\n"), message);
  }
}
