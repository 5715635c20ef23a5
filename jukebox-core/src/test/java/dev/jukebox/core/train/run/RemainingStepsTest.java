package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemainingStepsTest {

  private static long of(Map<String, ?> hps, Progress begin, int batches, long taken) {
    return RemainingSteps.of(
        TinyRuns.vqvae(Path.of("logs"), Path.of("music"), hps), begin, batches, taken);
  }

  @Test
  void epochsCountFromWhereTheRunBegins() {
    assertEquals(30, of(Map.of("epochs", 3), Progress.START, 10, 0));
    assertEquals(13, of(Map.of("epochs", 3), new Progress(1, 7, 17), 10, 17));
    assertEquals(0, of(Map.of("epochs", 3), new Progress(3, 0, 30), 10, 30));
    assertEquals(0, of(Map.of("epochs", 3, "train", false), Progress.START, 10, 0));
  }

  /** Steps of a checkpoint of another program are many, but its epochs are none of this run. */
  @Test
  void stepsThatWereTakenBeforeAreNotTakenOff() {
    assertEquals(30, of(Map.of("epochs", 3), Progress.START, 10, 279_000));
  }

  @Test
  void theLastBatchOfTheDataEndsAStep() {
    Map<String, Object> four = Map.of("epochs", 2, "iters_before_update", 4);
    assertEquals(6, of(four, Progress.START, 10, 0));
    assertEquals(4, of(four, new Progress(0, 8, 8), 10, 2));
    assertEquals(5, of(four, new Progress(0, 4, 4), 10, 1));
    assertEquals(4, of(four, Progress.START, 8, 0));
    // Batches behind break_train are left out, and so is the step that they would end.
    Map<String, Object> broken = Map.of("epochs", 2, "iters_before_update", 4, "break_train", 6.0);
    assertEquals(2, of(broken, Progress.START, 10, 0));
    assertEquals(1, of(broken, new Progress(0, 7, 7), 10, 1));
  }

  @Test
  void whatEndsARunEarlierCounts() {
    assertEquals(5, of(Map.of("epochs", 3, "exit_train", 12.0), Progress.START, 10, 7));
    assertEquals(0, of(Map.of("epochs", 3, "exit_train", 12.0), Progress.START, 10, 20));
    Map<String, Object> decay =
        Map.of(
            "epochs", 3, "lr_use_linear_decay", true, "lr_start_linear_decay", 9, "lr_decay", 6.0);
    assertEquals(8, of(decay, Progress.START, 10, 7));
  }
}
