package dev.jukebox.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.core.hparams.AttnOrder;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValueCacheSizeTest {

  private final HyperparamSets sets = HyperparamSets.standard();

  /** The published figures in GB, in fp16: about 0.4 for 1b_lyrics, 1 for the others. */
  @ParameterizedTest
  @CsvSource({"prior_1b_lyrics, 0.36", "prior_5b, 0.97", "prior_5b_lyrics, 1.0"})
  void isAboutAsPublished(String set, double gigabytes) {
    assertEquals(gigabytes, 1e-9 * KeyValueCacheSize.bytesPerSample(hps(set), 2), 0.05);
  }

  /** The rows that the attention layers themselves ask for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "prior_5b",
        "prior_5b_lyrics",
        "prior_1b_lyrics",
        "upsampler_level_0",
        "small_sep_enc_dec_prior",
        "small_single_enc_dec_prior"
      })
  void isWhatTheLayersKeep(String set) {
    Hyperparams hps = hps(set);
    long bytes = 0;
    for (int func : AttnOrder.attnFuncs(hps.intOf("attn_order"), hps.intOf("prior_depth"))) {
      AttentionSpec spec = spec(hps, func);
      bytes += 2L * spec.cacheSlots() * spec.nState() * 4;
    }
    assertEquals(bytes, KeyValueCacheSize.bytesPerSample(hps, 4));
  }

  private static AttentionSpec spec(Hyperparams hps, int func) {
    AttentionPattern pattern =
        Arrays.stream(AttentionPattern.values())
            .filter(known -> known.attnFunc() == func)
            .findFirst()
            .orElseThrow();
    int heads = hps.intOf("heads");
    int tokens = hps.intOf("n_tokens");
    int blocks = hps.intOf("blocks");
    int keys =
        switch (pattern) {
          case ENCODER -> tokens;
          case PRIME -> (tokens / blocks + 1) * blocks;
          default -> 0;
        };
    int context = hps.intOf("n_ctx") + (hps.booleanOf("single_enc_dec") ? tokens : 0);
    int state = hps.intOf("prior_width") / 4;
    return new AttentionSpec(pattern, heads, state / heads, context, blocks, keys);
  }

  private Hyperparams hps(String set) {
    return sets.resolve(List.of(set), Map.of());
  }
}
