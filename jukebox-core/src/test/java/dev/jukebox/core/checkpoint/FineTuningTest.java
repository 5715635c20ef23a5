package dev.jukebox.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.optim.SmallModel;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
  private static final int WIDTH = 5;

  @TempDir Path directory;
  private Path path;
  private List<float[]> saved;

  @BeforeEach
  void save() {
    path = directory.resolve("prior.pth.tar");
    try (Run run = new Run("java", SmallModel.hps("easy", Map.of("ema", false)), 1)) {
      run.train(1, 2);
      run.state(Map.of()).write(path);
      saved = run.model.values();
    }
  }

  private Set<String> load(Run run, FineTuning tuning) {
    try (SavedRun file = SavedRun.open(path)) {
      return file.load(run.parameters(), run.layout, tuning);
    }
  }

  private static Run run(int artists) {
    return new Run("java", SmallModel.hps("easy", Map.of()), 2, artists);
  }

  @Test
  void addedRowsKeepTheirFirstValues() {
    try (Run run = run(6)) {
      float[] fresh = run.model.values().get(0);
      assertEquals(
          Set.of(SmallModel.ARTISTS), load(run, FineTuning.none().growing(SmallModel.ARTISTS)));
      float[] table = run.model.values().get(0);
      assertArrayEquals(saved.get(0), Arrays.copyOf(table, 4 * WIDTH));
      assertArrayEquals(tail(fresh, 4), tail(table, 4));
      assertArrayEquals(saved.get(1), run.model.values().get(1));
    }
  }

  private static float[] tail(float[] table, int row) {
    return Arrays.copyOfRange(table, row * WIDTH, table.length);
  }

  @Test
  void middlesOfResizedTablesAreLaidUponEachOther() {
    FineTuning tuning = FineTuning.none().resized(SmallModel.ARTISTS);
    try (Run larger = run(7);
        Run smaller = run(2)) {
      float[] fresh = values(larger, 0);
      assertEquals(Set.of(SmallModel.ARTISTS), load(larger, tuning));
      float[] table = values(larger, 0);
      assertArrayEquals(saved.get(0), Arrays.copyOfRange(table, WIDTH, 5 * WIDTH));
      assertArrayEquals(Arrays.copyOf(fresh, WIDTH), Arrays.copyOf(table, WIDTH));
      assertArrayEquals(tail(fresh, 5), tail(table, 5));
      assertEquals(Set.of(SmallModel.ARTISTS), load(smaller, tuning));
      assertArrayEquals(Arrays.copyOfRange(saved.get(0), WIDTH, 3 * WIDTH), values(smaller, 0));
    }
  }

  @Test
  void freshParametersKeepTheirFirstValues() {
    try (Run run = run(6)) {
      float[] fresh = values(run, 0);
      assertEquals(
          Set.of(SmallModel.ARTISTS), load(run, FineTuning.none().fresh(SmallModel.ARTISTS)));
      assertArrayEquals(fresh, values(run, 0));
      assertArrayEquals(saved.get(1), values(run, 1));
    }
  }

  @Test
  void tablesThatFitAreNotChanged() {
    try (Run run = run(4)) {
      FineTuning tuning = FineTuning.none().growing(SmallModel.ARTISTS).growing(SmallModel.TOKENS);
      assertTrue(load(run, tuning).isEmpty());
      for (int i = 0; i < saved.size(); i++) {
        assertTrue(i == 2 || i == 3 || i == 5 || Arrays.equals(saved.get(i), values(run, i)));
      }
    }
  }

  private static float[] values(Run run, int index) {
    return run.model.values().get(index);
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Run larger = run(6);
        Run smaller = run(3)) {
      List<float[]> before = larger.model.values();
      assertEquals(
          path
              + ": tensor 'y_emb.artist_emb.emb.weight' has shape [4, 5], [6, 5] was expected: the"
              + " checkpoint may be of another model",
          refusal(CheckpointException.class, larger, FineTuning.none()));
      Run.assertSame(before, larger.model.values());
      assertEquals(
          path
              + ": tensor 'y_emb.artist_emb.emb.weight' has 4 rows where the model has 3: a table"
              + " can grow, not shrink",
          refusal(
              CheckpointException.class, smaller, FineTuning.none().growing(SmallModel.ARTISTS)));
      assertEquals(
          "The model has no table 'y_emb.artist_emb.weight' to be changed; did you mean"
              + " \"y_emb.artist_emb.emb.weight\"?",
          refusal(
              InvalidInputException.class,
              larger,
              FineTuning.none().growing("y_emb.artist_emb.weight")));
    }
  }

  private String refusal(Class<? extends Exception> type, Run run, FineTuning tuning) {
    return assertThrows(type, () -> load(run, tuning)).getMessage();
  }
}
