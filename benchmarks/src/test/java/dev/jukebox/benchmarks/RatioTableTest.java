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
            40,
            List.of(
                new RatioTable.Row("step width=1920", 100, Optional.of(3.0)),
                new RatioTable.Row("encode", 1500, Optional.empty())));
    assertEquals(
        """
        read bandwidth: 40.0 GB/s
             ms/op     GB/s  share  benchmark
           100.000     30.0    75%  step width=1920
          1500.000        -      -  encode
        """,
        text.replace(System.lineSeparator(), "\n"));
  }

  @Test
  void noBandwidthIsAnError() {
    assertThrows(IllegalStateException.class, () -> RatioTable.bandwidth(List.of()));
  }
}
