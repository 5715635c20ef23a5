package dev.jukebox.core.labels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class LabellerTest {

  private static final Metadata SONG =
      new Metadata("Nova & The Tide", "Blues Rock", "Hello", 1_000_000, 0);

  @Test
  void labelsAsTheOriginal() {
    JsonNode golden = Golden.json("labels.json");
    int checked = 0;
    for (Iterator<String> names = golden.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode hps = Golden.json("hparams.json").get(name);
      checked += check(golden.get(name), hps);
    }
    assertTrue(checked >= 12);
  }

  private int check(JsonNode golden, JsonNode hps) {
    int nCtx = hps.get("n_ctx").intValue();
    long sampleLength = golden.get("y").get(0).get(2).longValue();
    long rawToTokens = sampleLength / nCtx;
    Labeller labeller =
        Labeller.of(
            hps.get("max_bow_genre_size").intValue(),
            hps.get("n_tokens").intValue(),
            sampleLength,
            ArtistGenreIds.read(ids(), hps.get("labels_v3").booleanValue()));
    JsonNode metas = golden.get("metas");
    for (int i = 0; i < metas.size(); i++) {
      Label label = labeller.label(song(metas.get(i)));
      assertArrayEquals(longs(golden.get("y").get(i)), label.y());
      assertArrayEquals(
          longs(golden.get("full_tokens").get(i)), toLongs(label.info().fullTokens()));
      assertEquals(golden.get("lyrics").get(i).textValue(), label.info().lyrics());
      assertEquals(labeller.yLength(), label.y().length);
      WindowLabel first = labeller.yAtStart(label, 0, rawToTokens);
      assertArrayEquals(longs(golden.get("y_at_start_0").get(i)), first.y());
      WindowLabel half = labeller.yAtStart(List.of(label), nCtx / 2, rawToTokens).get(0);
      assertArrayEquals(longs(golden.get("y_at_start_half").get(i)), half.y());
      JsonNode indices = golden.path("indices_at_start_half").path(i);
      assertArrayEquals(longs(indices), toLongs(half.lyricIndices()));
    }
    return metas.size();
  }

  @Test
  void warnsOfUnknownNamesWithTheNearest() {
    Labeller labeller = Labeller.of(5, 0, 100, ArtistGenreIds.read(ids(), false));
    Label label = labeller.label(new Metadata("Nova the Tide!", "Folk bluez", "", 10, 0));
    assertArrayEquals(new long[] {10, 0, 100, 1, 3, 0, -1, -1, -1}, label.y());
    List<String> warnings = label.warnings();
    assertEquals(1, warnings.size());
    assertTrue(
        warnings.get(0).startsWith("The genre \"Folk bluez\", looked up as \"bluez\", is not in "),
        warnings.get(0));
    assertTrue(warnings.get(0).contains("(id 0); did you mean \"blues\" or "), warnings.get(0));
  }

  @Test
  void refusesMoreGenreWordsThanTheModelTakes() {
    Labeller labeller = Labeller.of(2, 0, 100, ArtistGenreIds.read(ids(), false));
    Metadata song = new Metadata("ostinato", "blues rock-folk", "", 10, 0);
    assertEquals(
        "The genre \"blues rock-folk\" has 3 words (blues, rock, folk) where the model takes 2 at"
            + " most; leave some out",
        assertThrows(InvalidInputException.class, () -> labeller.label(song)).getMessage());
  }

  @Test
  void withoutListsEverythingIsUnknownWithOneWarning() {
    Labeller labeller = Labeller.of(5, 0, 100, ArtistGenreIds.none(false));
    Label label = labeller.label(SONG);
    assertArrayEquals(new long[] {1_000_000, 0, 100, 0, 0, 0, -1, -1, -1}, label.y());
    assertEquals(
        List.of(
            "There are no lists of artists and genres, so both are left unknown (id 0); give the"
                + " directory of the lists with --ids DIR"),
        label.warnings());
    Label unknown = labeller.label(new Metadata("unknown", "Unknown", "", 10, 0));
    assertEquals(List.of(), unknown.warnings());
  }

  @Test
  void theEmptyLabellerSaysNothing() {
    Hyperparams hps =
        HyperparamSets.standard().resolve(List.of("small_prior"), Map.of("labels", false));
    Labeller labeller = Labeller.of(hps, 100, Optional.empty());
    List<Label> labels = labeller.labels(List.of(SONG));
    assertEquals(0, labels.get(0).y().length);
    assertEquals(0, labeller.yLength());
    assertEquals(0, labeller.yAtStart(labels.get(0), 64, 8).y().length);
    assertEquals("n/a", labels.get(0).info().artist());
  }

  @Test
  void describesALabelInWords() {
    Labeller labeller = Labeller.of(5, 8, 100, ArtistGenreIds.read(ids(), false));
    Label label = labeller.label(SONG);
    LabelInfo words = labeller.describe(label.y());
    assertEquals("nova_the_tide", words.artist());
    assertEquals("blues_rock", words.genre());
    assertEquals("Hello", words.lyrics());
  }

  @Test
  void refusesListsOfAnotherModel() {
    HyperparamSets sets = HyperparamSets.standard();
    Hyperparams small =
        sets.resolve(List.of("upsampler_level_0"), Map.of("y_bins", List.of(3, 100)));
    assertTrue(
        refusal(small, Optional.of(ids()))
            .endsWith(
                "has the genre id 5 where the model knows only 3 genres, so it is the list of"
                    + " another model"));
    Hyperparams vocabulary = sets.resolve(List.of("prior_5b_lyrics"), Map.of("n_vocab", 79));
    assertEquals(
        "n_vocab is 79 where lyrics of version 2 have 80 tokens",
        refusal(vocabulary, Optional.of(ids())));
    Hyperparams v3 = sets.resolve(List.of("prior_1b_lyrics"), Map.of());
    assertThrows(
        InvalidInputException.class, () -> Labeller.of(v3, 100, ArtistGenreIds.none(false)));
    assertEquals(4 + 1 + 384, Labeller.of(v3, 100, Optional.empty()).yLength());
  }

  @Test
  void refusesALabelOfAnotherPrior() {
    Labeller five = Labeller.of(5, 0, 100, ArtistGenreIds.none(false));
    Labeller one = Labeller.of(1, 0, 100, ArtistGenreIds.none(true));
    Label label = five.label(SONG);
    assertThrows(InvalidInputException.class, () -> one.yAtStart(label, 0, 8));
  }

  private static String refusal(Hyperparams hps, Optional<Path> ids) {
    return assertThrows(InvalidInputException.class, () -> Labeller.of(hps, 100, ids)).getMessage();
  }

  private static Path ids() {
    return Golden.directory().resolve("ids");
  }

  private static Metadata song(JsonNode meta) {
    return new Metadata(
        meta.get("artist").textValue(),
        meta.get("genre").textValue(),
        meta.get("lyrics").textValue(),
        meta.get("total_length").longValue(),
        meta.get("offset").longValue());
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToLong(JsonNode::longValue)
        .toArray();
  }

  private static long[] toLongs(int[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = values[i];
    }
    return longs;
  }
}
