package dev.jukebox.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WholeRunTest {

  private static List<StageClock.Stage> run(String limit) throws IOException {
    return WholeRun.run(
        new Arguments(
            new String[] {
              "--backend", "auto", "--tiny", "--seconds", "0.05", "--batch", "2", "--limit", limit
            },
            "backend",
            "tiny",
            "seconds",
            "batch",
            "limit"));
  }

  @Test
  void everyStageHasATime() throws IOException {
    List<StageClock.Stage> stages = run("600");
    assertEquals(
        List.of(
            "load VQ-VAE",
            "load level 2",
            "sample level 2",
            "decode level 2 and align",
            "load level 1",
            "sample level 1",
            "decode level 1",
            "load level 0",
            "sample level 0",
            "decode level 0"),
        stages.stream().map(StageClock.Stage::name).toList());
    for (StageClock.Stage stage : stages) {
      assertTrue(stage.seconds() > 0 && stage.isWhole(), stage.toString());
    }
    // 17 hops of 128 samples, and 4 and 16 codes for each of the top's; of two items.
    assertEquals(
        List.of(34L, 136L, 544L),
        stages.stream().map(StageClock.Stage::total).filter(total -> total > 0).toList());
  }

  @Test
  void aStoppedRunTellsHowFarItCame() throws IOException {
    List<StageClock.Stage> stages = run("0");
    StageClock.Stage last = stages.get(stages.size() - 1);
    assertEquals("sample level 2", last.name());
    assertFalse(last.isWhole());
  }
}
