package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.model.ModelFile;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.sample.LevelRange;
import dev.jukebox.core.sample.LevelSettings;
import dev.jukebox.core.sample.SampleListener;
import dev.jukebox.core.sample.SampleSettings;
import dev.jukebox.core.sample.Sampler;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A labelled prior is fine-tuned with artists and genres that it did not know. */
class FineTunedNamesTest {
  private static final String ARTISTS = "y_emb.artist_emb.emb.weight";
  private static final String GENRES = "y_emb.bow_genre_emb.emb.weight";
  private static final int WIDTH = 32;

  @TempDir private Path directory;

  private final List<String> notes = new ArrayList<>();
  private final List<Long> firstSteps = new ArrayList<>();

  private TrainResult run(TrainSetup setup) {
    TrainListener listener =
        new TrainListener() {
          @Override
          public void started(RunOverview overview) {
            notes.addAll(overview.notes());
            firstSteps.add(overview.step());
          }

          @Override
          public void warning(String sentence) {
            throw new AssertionError(sentence);
          }
        };
    try (Backend backend = GoldenBackends.open("cpp")) {
      return TrainingRun.run(setup, backend, listener);
    }
  }

  private Path metadata(String... rows) throws IOException {
    Path music = directory.resolve("music");
    Files.writeString(
        music.resolve("metadata.csv"), "file,artist,genre\n" + String.join("\n", rows) + "\n");
    return music;
  }

  /** A run whose steps are too small to change anything. */
  private TrainSetup prior(Path music, Path vqvae, String name, Map<String, ?> more) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", name);
    values.put("width", 8);
    values.put("labels", true);
    values.put("labels_v3", true);
    values.put("min_duration", 1.0);
    values.put("max_duration", 60.0);
    values.put("t_bins", 8);
    values.put("ema", false);
    values.put("lr", 1e-30);
    values.putAll(more);
    return TrainSetup.of(TinyRuns.prior(directory, music, vqvae, values));
  }

  @Test
  void oldNamesKeepTheirRowsAndNewOnesGetFreshRows() throws IOException {
    Melodies.write(directory.resolve("music"), 3, 4, TinyRuns.SAMPLE_RATE);
    Path music = metadata("song0.wav,Zed,rock", "song1.wav,Anna,folk music", "song2.wav,Anna,rock");
    Path vqvae =
        run(TrainSetup.of(TinyRuns.vqvae(directory, music, Map.of("width", 8))))
            .checkpoint()
            .orElseThrow();
    Path base = run(prior(music, vqvae, "base", Map.of())).checkpoint().orElseThrow();

    metadata("song0.wav,Zed,rock", "song1.wav,Bo,polka", "song2.wav,Mia,folk music");
    Map<String, Object> restored = Map.of("restore_prior", base.toString());
    notes.clear();
    firstSteps.clear();
    TrainResult tuned = run(prior(music, vqvae, "tuned", restored).extendingIds());
    Path checkpoint = tuned.checkpoint().orElseThrow();
    assertEquals(
        "unknown;0\nanna;1\nzed;2\nbo;3\nmia;4\n",
        Files.readString(directory.resolve("tuned/ids/v3_artist_ids.txt")));
    assertEquals(
        "unknown;0\nfolk music;1\nrock;2\npolka;3\n",
        Files.readString(directory.resolve("tuned/ids/v3_genre_ids.txt")));
    assertTables(base, checkpoint);
    assertEquals(List.of(0L), firstSteps, "the optimizer begins anew");
    assertTrue(notes.toString().contains("2 artists and 1 genres"), notes.toString());
    assertTrue(notes.toString().contains("begins anew at step 0"), notes.toString());
    assertSamples(tuned.model().orElseThrow(), "Mia", "polka", 4);

    assertResumed(music, vqvae, checkpoint);
  }

  /** Tables with the rows of all names: the old ones as they were, the new ones drawn. */
  private static void assertTables(Path before, Path after) {
    try (Checkpoint old = Checkpoint.open(before);
        Checkpoint tuned = Checkpoint.open(after)) {
      assertEquals(old.tensors().keySet(), tuned.tensors().keySet());
      int same = 0;
      for (Map.Entry<String, FileTensor> entry : tuned.tensors().entrySet()) {
        float[] values = entry.getValue().toFloats();
        float[] known = old.tensors().get(entry.getKey()).toFloats();
        int added = entry.getKey().equals(ARTISTS) ? 2 : entry.getKey().equals(GENRES) ? 1 : 0;
        assertEquals(known.length + added * WIDTH, values.length, entry.getKey());
        assertArrayEquals(known, Arrays.copyOf(values, known.length), 1e-25f, entry.getKey());
        for (int row = 0; row < added; row++) {
          int from = known.length + row * WIDTH;
          float[] fresh = Arrays.copyOfRange(values, from, from + WIDTH);
          assertFalse(Arrays.equals(fresh, new float[WIDTH]), "a row of zeros");
          assertFalse(Arrays.equals(fresh, Arrays.copyOf(values, WIDTH)), "a copied row");
        }
        same += added == 0 ? 1 : 0;
      }
      assertTrue(same > 20, same + " other tensors");
    }
  }

  /** The description has a prior at the top alone, and samples the new names. */
  private static void assertSamples(Path description, String artist, String genre, long id) {
    try (Backend backend = GoldenBackends.open("cpp");
        LoadedModel model = new LoadedModel(ModelFile.read(description), backend, DType.F32)) {
      LevelSettings level = new LevelSettings(new SamplerSettings(1, 0, 0), 0.5, 16, 2);
      long total = 4L * TinyRuns.SAMPLE_RATE;
      List<Metadata> metas =
          List.of(
              new Metadata(artist, genre, "", total, 0), new Metadata("Zed", "rock", "", total, 0));
      assertEquals(id, model.labeller(1).label(metas.get(0)).y()[3]);
      SampleSettings settings = new SampleSettings(4096, Collections.nCopies(2, level), 3, metas);
      LevelRange range = LevelRange.sampling(model);
      assertEquals(new LevelRange(1, 1), range);
      Codes codes =
          new Sampler(model).run(settings, Codes.empty(2, 2), range.first(), SampleListener.none());
      assertEquals(128, codes.length(1));
      assertEquals(0, codes.length(0));
    }
  }

  /** The run is resumed with the lists that it wrote, though its command line has the old ones. */
  private void assertResumed(Path music, Path vqvae, Path checkpoint) throws IOException {
    notes.clear();
    firstSteps.clear();
    Map<String, Object> resumed =
        Map.of("restore_prior", checkpoint.toString(), "y_bins", List.of(3, 3), "epochs", 2);
    run(prior(music, vqvae, "tuned", resumed).extendingIds());
    assertTrue(firstSteps.get(0) > 0, firstSteps.toString());
    assertTrue(notes.toString().contains("0 artists and 0 genres"), notes.toString());
  }

  @Test
  void aRunWhoseTablesGrewIsResumedByTheSameCommand() throws IOException {
    Melodies.write(directory.resolve("music"), 3, 4, TinyRuns.SAMPLE_RATE);
    Path music = metadata("song0.wav,Zed,rock", "song1.wav,Anna,a b c", "song2.wav,Bo,polka");
    Path vqvae =
        run(TrainSetup.of(TinyRuns.vqvae(directory, music, Map.of("width", 8))))
            .checkpoint()
            .orElseThrow();
    Map<String, Object> small =
        Map.of("y_bins", List.of(2, 2), "labels_v3", false, "max_bow_genre_size", 1);
    Path begun = run(prior(music, vqvae, "grown", small)).checkpoint().orElseThrow();
    assertTrue(notes.toString().contains("y_bins became 6,4 and max_bow_genre_size 3"));

    notes.clear();
    firstSteps.clear();
    Map<String, Object> again = new LinkedHashMap<>(small);
    again.put("restore_prior", begun.toString());
    again.put("epochs", 2);
    TrainResult resumed = run(prior(music, vqvae, "grown", again));
    assertTrue(firstSteps.get(0) > 0 && resumed.steps() > firstSteps.get(0), notes.toString());
    assertTrue(
        notes
            .toString()
            .contains("y_bins became 6,4 and max_bow_genre_size 3, as in the restored prior"),
        notes.toString());
    assertSamples(resumed.model().orElseThrow(), "Bo", "a b c", 2);
  }

  @Test
  void withoutTheListsOfTheModelItIsRefused() throws IOException {
    Melodies.write(directory.resolve("music"), 1, 4, TinyRuns.SAMPLE_RATE);
    Path music = metadata("song0.wav,Zed,rock");
    Path none = Files.writeString(directory.resolve("none"), "");
    TrainSetup setup = prior(music, none, "tuned", Map.of()).extendingIds();
    String message = assertThrows(InvalidInputException.class, () -> run(setup)).getMessage();
    assertTrue(message.contains("give their directory by --ids"), message);
  }
}
