package dev.jukebox.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.api.TrainProgress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuresTest {

  @Test
  void timesAndCountsAsPeopleSayThem() {
    assertEquals("25 ms", Measures.time(0.025));
    assertEquals("2.6 s", Measures.time(2.6));
    assertEquals("1.5 min", Measures.time(90));
    assertEquals("2.0 h", Measures.time(7200));
    assertEquals("3.0 days", Measures.time(3 * 86_400));
    assertEquals("years", Measures.time(1e9));
    assertEquals("14,738", Measures.count(14_738));
    assertEquals("1.5 million", Measures.count(1_500_000));
    assertEquals("1.02 billion", Measures.count(1_020_000_000));
  }

  @Test
  void aLineHoldsWhatThereIs() {
    TrainProgress progress =
        new TrainProgress(
            7, 20, 1, 3, 4, 5.25, Map.of("bpd", 5.25, "gn", 0.5, "pn", 3.0), true, 2.6, 33.8);
    assertEquals(
        "step 7 of 20, epoch 2: bpd 5.250, gn 0.5000, 2.6 s a step, 33.8 s left",
        Measures.of(progress));
    assertEquals("33.8 s left 2.6 s/step bpd 5.25 gn 0.500", Measures.brief(progress));
    assertEquals("loss 1.000", Measures.of(Map.of("test_loss", 1.0, "loss", 2.0), "test_"));
  }
}
