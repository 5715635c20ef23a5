package dev.jukebox.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.weights.WeightSource;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterCountTest {

  private final HyperparamSets sets = HyperparamSets.standard();

  /**
   * The published figures, in millions; they count an output that is tied to the embedding twice.
   */
  @ParameterizedTest
  @CsvSource({
    "upsampler_level_0, 985.23, 2048",
    "upsampler_level_1, 985.23, 2048",
    "prior_5b, 5060.45, 0",
    "prior_5b_lyrics, 5640.51, 0",
    "prior_1b_lyrics, 947.00, 2127"
  })
  void countsTheReleasedPriors(String set, double millions, long tiedOutputs) {
    long count = ParameterCount.prior(hps(set), hps("vqvae"));
    long twice = tiedOutputs * hps(set).intOf("prior_width");
    assertEquals(millions, (count + twice) / 1e6, 0.005);
  }

  /** The released file is about 7.5 MB in fp32. */
  @Test
  void countsTheReleasedVqVae() {
    assertEquals(7.5e6, 4.0 * ParameterCount.vqvae(hps("vqvae")), 0.2e6);
  }

  @Test
  void countsTheTensorsOfAVqVae() {
    Hyperparams hps = golden("vqvae");
    try (WeightSource weights = WeightSource.vqvae(Golden.file("vqvae.pth.tar"))) {
      assertEquals(elements(weights, Set.of()), ParameterCount.vqvae(hps));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upsampler_level_0",
        "upsampler_level_1",
        "prior_5b",
        "prior_5b_lyrics",
        "prior_1b_lyrics",
        "small_prior",
        "small_sep_enc_dec_prior"
      })
  void countsTheTensorsOfAPrior(String name) {
    Hyperparams hps = golden(name);
    Path file = Golden.file(name + ".pth.tar");
    try (WeightSource weights = WeightSource.prior(file, hps.intOf("level"), 3)) {
      // Where the output is tied to the embedding, a checkpoint names the same values twice.
      boolean tied = !hps.booleanOf("merged_decoder");
      Set<String> twice = tied ? Set.of("prior.x_out.weight") : Set.of();
      assertEquals(elements(weights, twice), ParameterCount.prior(hps, golden("vqvae")));
    }
  }

  private static long elements(WeightSource weights, Set<String> leftOut) {
    Set<String> names = new HashSet<>(weights.names());
    names.removeAll(leftOut);
    return names.stream().mapToLong(name -> weights.get(name).size()).sum();
  }

  private Hyperparams hps(String set) {
    return sets.resolve(List.of(set), Map.of());
  }

  private static Hyperparams golden(String name) {
    return Hyperparams.of(
        new ObjectMapper()
            .convertValue(
                Golden.json("hparams.json").get(name),
                new TypeReference<Map<String, Object>>() {}));
  }
}
