package dev.jukebox.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RatioTableTest {

  @Test
  void shareIsOfTheReadBandwidth() {
    String text =
        RatioTable.format(
            List.of(
                new RatioTable.Row("step width=1920", 100, Optional.of(3.0), 40),
                new RatioTable.Row("encode", 1500, Optional.empty(), 39.96)));
    assertEquals(
        """
             ms/op     GB/s  read GB/s  share  benchmark
           100.000     30.0       40.0    75%  step width=1920
          1500.000        -       40.0      -  encode
        """,
        text.replace(System.lineSeparator(), "\n"));
  }

  @Test
  void noBandwidthIsAnError() {
    assertThrows(IllegalStateException.class, () -> RatioTable.bandwidth(List.of()));
  }
}
