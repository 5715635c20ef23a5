package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.JukeboxException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory is given back when its owner is closed, and when something goes wrong. */
class PriorMemoryTest {
  private static final SamplerSettings SETTINGS = new SamplerSettings(0.99f, 0, 0);

  static Stream<Arguments> cases() {
    List<TinyPrior> priors =
        List.of(
            TinyPriors.order(2, 3, "level", 0, "res_scale", true),
            TinyPriors.order(3, 2, "merged_decoder", true),
            TinyPriors.order(0, 2, "labels", false),
            TinyPriors.order(6, 4, "n_tokens", 8, "use_tokens", true, "prime_blocks", 4),
            TinyPriors.order(
                12, 16, "single_enc_dec", true, "n_tokens", 7, "use_tokens", true, "n_ctx", 25));
    return GoldenBackends.names()
        .flatMap(backend -> priors.stream().map(prior -> Arguments.of(backend, prior)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyOwnerGivesBackWhatItTook(String backendName, TinyPrior tiny) {
    try (Backend backend = GoldenBackends.open(backendName)) {
      try (Prior prior = tiny.load(backend, DType.F32)) {
        long weights = backend.liveBytes();
        assertTrue(weights > 0, "no weights");
        for (int window = 0; window < 2; window++) {
          try (Conditioning conditioning = tiny.condition(prior)) {
            long conditioned = backend.liveBytes();
            assertTrue(conditioned > weights, "no conditioning");
            runSessions(backend, prior, conditioning, tiny);
            assertEquals(conditioned, backend.liveBytes(), "after the sessions");
          }
          assertEquals(weights, backend.liveBytes(), "after the conditioning");
        }
      }
      assertEquals(0, backend.liveBytes(), "after the prior");
    }
  }

  /** Prompts and steps leave nothing behind, even before the session is closed. */
  private static void runSessions(
      Backend backend, Prior prior, Conditioning conditioning, TinyPrior tiny) {
    long before = backend.liveBytes();
    try (DecodeSession session = prior.open(conditioning)) {
      long open = backend.liveBytes();
      assertTrue(open > before, "no caches");
      session.prefill(tiny.prompts(6), 4);
      for (int i = 6; i < 12; i++) {
        session.step(SETTINGS, 3, tiny.items(), i);
      }
      session.lastCodes(6);
      assertEquals(open, backend.liveBytes(), "while a session is open");
    }
    try (DecodeSession session = prior.open(conditioning)) {
      session.logits(tiny.codes(), 5);
    }
    try (DecodeSession session = prior.open(conditioning)) {
      session.attentionWeights(tiny.codes(), 5, 1, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void failuresLeaveNothingBehind(String backendName, TinyPrior tiny) {
    try (Backend backend = GoldenBackends.open(backendName)) {
      for (String missing :
          List.of("prior.transformer._attn_mods.1.mlp.c_proj.b", "prior.pos_emb.pos_emb")) {
        try (WeightSource damaged = tiny.weights().sourceWithout(missing)) {
          WeightReader reader = new WeightReader(damaged);
          assertThrows(
              CheckpointException.class,
              () -> new Prior(backend, tiny.config(), reader, DType.F32).close());
        }
        assertEquals(0, backend.liveBytes(), "without " + missing);
      }
      try (Prior prior = tiny.load(backend, DType.F32)) {
        assertFailuresOfUse(backend, prior, tiny);
      }
      assertEquals(0, backend.liveBytes(), "after the prior");
    }
  }

  private static void assertFailuresOfUse(Backend backend, Prior prior, TinyPrior tiny) {
    long weights = backend.liveBytes();
    if (tiny.config().labels()) {
      List<long[]> wrong = tiny.y().stream().map(long[]::clone).toList();
      wrong.get(1)[3] = 99;
      assertThrows(JukeboxException.class, () -> prior.condition(wrong, tiny.above()).close());
      assertEquals(weights, backend.liveBytes(), "after an unknown artist");
    }
    if (tiny.config().lyricEncoder().isPresent()) {
      List<long[]> wrong = tiny.y().stream().map(long[]::clone).toList();
      wrong.get(1)[wrong.get(1).length - 2] = 99;
      assertThrows(JukeboxException.class, () -> prior.condition(wrong, tiny.above()).close());
      assertEquals(weights, backend.liveBytes(), "after an unknown character");
    }
    if (!tiny.config().isTop()) {
      List<int[]> wrong = List.of(tiny.above().get(0), new int[3]);
      assertThrows(JukeboxException.class, () -> prior.condition(tiny.y(), wrong).close());
      assertEquals(weights, backend.liveBytes(), "after too few codes of the level above");
    }
    try (Conditioning conditioning = tiny.condition(prior);
        DecodeSession session = prior.open(conditioning)) {
      List<int[]> wrong = List.of(new int[] {0, 1, 999, 0}, new int[4]);
      long open = backend.liveBytes();
      assertThrows(JukeboxException.class, () -> session.prefill(wrong, 4));
      assertEquals(open, backend.liveBytes(), "after an unknown code");
    }
    assertEquals(weights, backend.liveBytes(), "after the session");
  }
}
