package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which lists and which characters a run labels its songs with. */
class LabellingTest {

  @TempDir private Path directory;

  private Labelling labelling(Path ids, int vocabulary) throws IOException {
    Path music = directory.resolve("music");
    Melodies.write(music, 2, 2, TinyRuns.SAMPLE_RATE);
    Files.writeString(
        music.resolve("metadata.csv"),
        "file,artist,genre,lyrics\nsong0.wav,Zed,rock,да\nsong1.wav,Anna,folk,нет\n");
    Map<String, Object> labels =
        Map.of(
            "labels",
            true,
            "labels_v3",
            true,
            "min_duration",
            1.0,
            "max_duration",
            60.0,
            "use_tokens",
            true,
            "n_tokens",
            4,
            "n_vocab",
            vocabulary);
    Hyperparams hps = TinyRuns.prior(directory, music, directory.resolve("vqvae"), labels);
    Hyperparams complete = RunHyperparams.complete(hps);
    TrainSetup setup =
        new TrainSetup(complete, Optional.empty(), Optional.of(ids), ModelCache.standard());
    return Labelling.of(setup, complete, RunFiles.of(complete), Optional.empty());
  }

  @Test
  void listsAreMadeForADirectoryOfCharactersAlone() throws IOException {
    Path ids = Files.createDirectories(directory.resolve("characters"));
    Files.writeString(ids.resolve("lyric_characters.txt"), "адент\\s");
    Labelling labelling = labelling(ids, 7);
    Path made = directory.resolve("prior/ids");
    assertEquals(Optional.of(made), labelling.ids());
    assertEquals("адент\\s", Files.readString(made.resolve("lyric_characters.txt")));
    assertTrue(Files.exists(made.resolve("v3_artist_ids.txt")));
    Metadata song = new Metadata("Zed", "rock", "нет да", 2L * TinyRuns.SAMPLE_RATE, 0);
    assertEquals("нет да", labelling.labeller().label(song).info().lyrics());
    String message =
        assertThrows(InvalidInputException.class, () -> labelling(ids, 6)).getMessage();
    assertEquals("n_vocab is 6 where lyrics of lyric_characters.txt have 7 tokens", message);
  }

  @Test
  void tablesGrowToListsThatAreGiven() throws IOException {
    Path ids = Files.createDirectories(directory.resolve("given"));
    Files.writeString(ids.resolve("v3_artist_ids.txt"), "unknown;0\nanna;7\nzed;3\n");
    Files.writeString(ids.resolve("v3_genre_ids.txt"), "unknown;0\nfolk;1\nrock;2\n");
    Labelling labelling = labelling(ids, 80);
    assertEquals(Optional.of(ids), labelling.ids());
    assertArrayEquals(new int[] {3, 8}, labelling.hps().intsOf("y_bins"));
    assertEquals(
        List.of(
            "y_bins became 3,8 and max_bow_genre_size 1, so that every genre and artist of the"
                + " lists has a place"),
        labelling.notes());
  }

  @Test
  void aDirectoryWithNothingIsRefused() throws IOException {
    Path ids = Files.createDirectories(directory.resolve("nothing"));
    assertTrue(
        assertThrows(InvalidInputException.class, () -> labelling(ids, 79))
            .getMessage()
            .contains("has neither v3_artist_ids.txt"));
  }
}
