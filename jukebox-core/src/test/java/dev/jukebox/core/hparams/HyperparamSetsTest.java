package dev.jukebox.core.hparams;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HyperparamSetsTest {

  /** What a golden model changes of its set: sizes, and the places of its files. */
  private static final Set<String> SHRUNK =
      Set.of(
          ("restore_vqvae restore_prior emb_width l_bins depth width sample_length"
                  + " multispec_loss_n_fft multispec_loss_hop_length multispec_loss_window_size"
                  + " min_duration max_duration y_bins t_bins n_ctx prior_depth prior_width heads"
                  + " blocks cond_depth cond_width cond_dilation_cycle n_tokens alignment_layer"
                  + " alignment_head prime_depth prime_width prime_heads prime_blocks level labels")
              .split(" "));

  private final HyperparamSets sets = HyperparamSets.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vqvae",
        "upsampler_level_0",
        "upsampler_level_1",
        "prior_5b",
        "prior_5b_lyrics",
        "prior_1b_lyrics",
        "small_prior",
        "small_sep_enc_dec_prior"
      })
  void resolvesEverySetAsTheOriginal(String model) {
    JsonNode golden = Golden.json("hparams.json").get(model);
    Map<String, Object> values =
        new ObjectMapper().convertValue(golden, new TypeReference<Map<String, Object>>() {});
    Map<String, Object> overrides = new HashMap<>(values);
    overrides.keySet().retainAll(SHRUNK);

    Hyperparams resolved = sets.resolve(List.of(model), overrides);

    List<String> names = new ArrayList<>(resolved.names());
    List<String> own =
        List.of(
            "aug_shift_unit",
            "cache_codes",
            "fresh_lyrics",
            "resize_positions",
            "sinusoidal_positions");
    assertTrue(names.containsAll(own));
    names.removeAll(own);
    assertEquals(List.copyOf(values.keySet()), names);
    assertTrue(values.size() > 190);
    values.forEach((name, value) -> assertEquals(numeric(value), actual(resolved, name), name));
  }

  @Test
  void shrinkingIsNotWhatMakesASetEqual() {
    Hyperparams lyrics = sets.resolve(List.of("prior_5b_lyrics"), Map.of());
    assertEquals(79, lyrics.intOf("prior_depth"));
    assertEquals(4800, lyrics.intOf("prior_width"));
    assertEquals(8, lyrics.intOf("heads"));
    assertArrayEquals(new int[] {120, 4111}, lyrics.intsOf("y_bins"));
    assertEquals(23.8, lyrics.doubleOf("min_duration"));
    assertEquals(68, lyrics.intOf("alignment_layer"));
    assertEquals(128, lyrics.optionalInt("blocks").getAsInt());
  }

  @Test
  void everySetResolvesAlone() {
    assertEquals(16, sets.setNames().size());
    for (String name : sets.setNames()) {
      assertEquals(sets.names(), sets.resolve(List.of(name), Map.of()).names(), name);
    }
    assertFalse(sets.setNames().contains("upsamplers"));
  }

  @Test
  void laterSetsAndOverridesWin() {
    Hyperparams hps =
        sets.resolve(List.of("easy", "vqvae", "all_fp16"), Map.of("sr", 8000, "lr", 1));
    assertEquals(8000, hps.intOf("sr"));
    assertEquals(1.0, hps.doubleOf("lr"));
    assertEquals(250.0, hps.doubleOf("fp16_scale_window"));
    assertEquals(3, hps.intOf("levels"));
    assertEquals(22050, sets.resolve(List.of("vqvae", "easy"), Map.of()).intOf("sr"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prior_5b_lyric | There is no set of hyperparameters \"prior_5b_lyric\"; did you mean"
            + " \"prior_5b_lyrics\"?",
        "upsamplers | There is no set of hyperparameters \"upsamplers\"; did you mean"
            + " \"small_upsampler\"?"
      })
  void refusesAnUnknownSet(String name, String message) {
    List<String> names = List.of(name);
    assertEquals(message, refusal(names, Map.of()));
  }

  @Test
  void refusesAnUnknownName() {
    assertEquals(
        "There is no hyperparameter \"prior_dept\"; did you mean \"prior_depth\"?",
        refusal(List.of(), Map.of("prior_dept", 3)));
  }

  @Test
  void refusesValuesOfAnotherKind() {
    assertEquals(
        "Hyperparameter n_ctx is \"64\" where an integer of 1 or more is needed",
        refusal(List.of(), Map.of("n_ctx", "64")));
    assertEquals(
        "Hyperparameter n_ctx is [64] where an integer of 1 or more is needed",
        refusal(List.of(), Map.of("n_ctx", List.of(64))));
    assertEquals(
        "Hyperparameter downs_t is 3 where a list of integers of 1 or more is needed",
        refusal(List.of(), Map.of("downs_t", 3)));
    assertEquals(
        "Hyperparameter heads is 2.0 where an integer of 1 or more is needed",
        refusal(List.of(), Map.of("heads", 2.0)));
    assertEquals(
        "Hyperparameter lr is NaN where a number is needed",
        refusal(List.of(), Map.of("lr", Double.NaN)));
    assertEquals(
        "Hyperparameter heads is none where an integer of 1 or more is needed",
        refusal(List.of(), Map.of("heads", Optional.empty())));
    assertEquals(
        "Hyperparameter blocks is 0 where an integer of 1 or more or none is needed",
        refusal(List.of(), Map.of("blocks", 0)));
    assertEquals(
        "Hyperparameter labels is 1 where true or false is needed",
        refusal(List.of(), Map.of("labels", 1)));
  }

  @Test
  void refusesContradictions() {
    assertEquals(
        "Contradictory hyperparameters: the width of attention, 32 = m_attn 0.25 x prior_width 128,"
            + " is not divisible by heads 3",
        refusal(List.of(), Map.of("heads", 3)));
    assertEquals(
        "Contradictory hyperparameters: n_ctx 8192 is not divisible by blocks 100",
        refusal(List.of("prior_5b"), Map.of("blocks", 100)));
    assertEquals(
        "Contradictory hyperparameters: the context 6527 = n_tokens 383 + n_ctx 6144 is not"
            + " divisible by blocks 64",
        refusal(List.of("prior_1b_lyrics"), Map.of("n_tokens", 383)));
    assertEquals(
        "Contradictory hyperparameters: n_tokens 500 is not divisible by prime_blocks 32",
        refusal(List.of("prior_5b_lyrics"), Map.of("n_tokens", 500)));
    assertEquals(
        "Contradictory hyperparameters: attn_order 2 needs blocks, which has no value",
        refusal(List.of("small_prior"), Map.of("blocks", Optional.empty())));
    assertEquals(
        "Hyperparameter attn_order is 13 where 0 to 12 is needed",
        refusal(List.of(), Map.of("attn_order", 13)));
    assertEquals(
        "Contradictory hyperparameters: downs_t has 3 entries where levels is 2",
        refusal(List.of("vqvae"), Map.of("levels", 2)));
    assertEquals(
        "Contradictory hyperparameters: loss_fn is \"lmx\" where one of l1, l2, linf, lmix is"
            + " needed; did you mean \"lmix\"?",
        refusal(List.of("vqvae"), Map.of("loss_fn", "lmx")));
    assertEquals(
        "Contradictory hyperparameters: min_duration 60.0 is not below max_duration 10.0",
        refusal(List.of("prior_5b"), Map.of("max_duration", 10)));
  }

  @Test
  void readsTextsOfTheCommandLine() {
    assertEquals(Optional.of(List.of(3L, 2L, 2L)), sets.parse("downs_t", "(3, 2, 2)"));
    assertEquals(Optional.of(List.of(3L, 2L)), sets.parse("downs_t", "[3,2]"));
    assertEquals(Optional.of(List.of(3L)), sets.parse("downs_t", "(3,)"));
    assertEquals(Optional.of(3L), sets.parse("heads", " 3 "));
    assertEquals(Optional.of(3.0), sets.parse("lr", "3"));
    assertEquals(Optional.of(1e-4), sets.parse("lr", "1e-4"));
    assertEquals(Optional.of(true), sets.parse("labels", "True"));
    assertEquals(Optional.empty(), sets.parse("blocks", "None"));
    assertEquals(Optional.of("none"), sets.parse("name", "none"));
    assertEquals(Optional.of(0L), sets.parse("y_bins", "0"));
    assertEquals(Optional.of(List.of(10L, 100L)), sets.parse("y_bins", "10,100"));
    assertEquals(
        "Hyperparameter heads is \"two\" where an integer of 1 or more is needed",
        assertThrows(InvalidInputException.class, () -> sets.parse("heads", "two")).getMessage());
    assertEquals(List.of("vqvae", "easy"), sets.parseSetNames(" vqvae, easy,"));
  }

  @Test
  void readsWordsOfTheCommandLine() {
    List<String> words =
        List.of(
            "--bs=4",
            "sample_length=1048576",
            "-aug_shift",
            "labels=False",
            "y_bins=(10, 100)",
            "--name=a=b",
            "--fp16_loss_scale=None",
            "bs=2",
            "lr_decay=1000000000");
    Map<String, Optional<Object>> values = sets.parseAssignments(words);
    assertEquals(8, values.size());
    Hyperparams hps = sets.resolve(sets.parseSetNames("small_vqvae,cpu_ema"), values);
    assertEquals(2, hps.intOf("bs"));
    assertEquals(1048576, hps.intOf("sample_length"));
    assertTrue(hps.booleanOf("aug_shift"));
    assertFalse(hps.booleanOf("labels"));
    assertArrayEquals(new int[] {10, 100}, hps.intsOf("y_bins"));
    assertEquals("a=b", hps.stringOf("name"));
    assertTrue(hps.optionalDouble("fp16_loss_scale").isEmpty());
    assertEquals(1e9, hps.doubleOf("lr_decay"));
    assertEquals(100, hps.intOf("cpu_ema_freq"));
    assertEquals(
        "There is no hyperparameter \"sample_lenght\"; did you mean \"sample_length\"?",
        assignmentRefusal("--sample_lenght=4"));
    assertEquals("Hyperparameter bs has no value: write bs=VALUE", assignmentRefusal("--bs"));
    assertEquals(
        "Hyperparameter bs is \"\" where an integer of 1 or more is needed",
        assignmentRefusal("bs="));
  }

  private String assignmentRefusal(String word) {
    return assertThrows(InvalidInputException.class, () -> sets.parseAssignments(List.of(word)))
        .getMessage();
  }

  @Test
  void knowsTheSetsOfTraining() {
    Hyperparams vqvae = sets.resolve(List.of("small_vqvae"), Map.of());
    assertArrayEquals(new int[] {5, 3}, vqvae.intsOf("downs_t"));
    assertEquals(1024, vqvae.intOf("l_bins"));
    assertEquals(22050, vqvae.intOf("sr"));
    assertEquals("l2", vqvae.stringOf("loss_fn"));
    Hyperparams labelled =
        sets.resolve(List.of("small_vqvae", "small_labelled_prior", "all_fp16"), Map.of());
    assertArrayEquals(new int[] {10, 100}, labelled.intsOf("y_bins"));
    assertEquals(8192, labelled.intOf("n_ctx"));
    assertTrue(labelled.booleanOf("fp16_opt") && labelled.booleanOf("labels_v3"));
    Hyperparams single = sets.resolve(List.of("small_single_enc_dec_prior"), Map.of());
    assertTrue(single.booleanOf("single_enc_dec"));
    assertEquals(12, single.intOf("attn_order"));
    assertEquals(384, single.intOf("n_tokens"));
    Hyperparams upsampler = sets.resolve(List.of("small_upsampler", "cpu_ema"), Map.of());
    assertEquals(512, upsampler.intOf("cond_width"));
    assertTrue(upsampler.booleanOf("cpu_ema") && !upsampler.booleanOf("ema_fused"));
  }

  @Test
  void acceptsArraysAndOldNumbers() {
    Map<String, Object> overrides = new HashMap<>();
    overrides.put("downs_t", new int[] {1, 2});
    overrides.put("commit", 0.5f);
    overrides.put("blocks", null);
    Hyperparams hps = sets.resolve(List.of(), overrides);
    assertArrayEquals(new int[] {1, 2}, hps.intsOf("downs_t"));
    assertEquals(0.5, hps.doubleOf("commit"));
    assertTrue(hps.optionalInt("blocks").isEmpty());
  }

  @Test
  void describesEveryHyperparameter() {
    for (String name : sets.names()) {
      assertTrue(sets.describe(name).length() > 20, name);
    }
    assertEquals(
        "attention blocks of a window; an integer of 1 or more or none; default none",
        sets.describe("blocks"));
  }

  private String refusal(List<String> names, Map<String, ?> overrides) {
    return assertThrows(InvalidInputException.class, () -> sets.resolve(names, overrides))
        .getMessage();
  }

  private static Object numeric(Object value) {
    if (value instanceof List<?> list) {
      List<Object> numbers = new ArrayList<>();
      list.forEach(item -> numbers.add(numeric(item)));
      return numbers;
    }
    return value instanceof Number number ? number.doubleValue() : value;
  }

  private static Object actual(Hyperparams hps, String name) {
    return numeric(hps.valueOf(name).orElse(null));
  }
}
