package dev.jukebox.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceWindowTest {

  @ParameterizedTest
  @CsvSource({
    "48000, 44100, 0, 10",
    "48000, 44100, 100000, 44100",
    "44100, 22050, 123457, 1",
    "8000, 44100, 99999, 7",
    "44101, 44100, 5000000, 500",
    "192000, 44100, 1000000000000, 44100"
  })
  void startsOnTheGridAndCoversTheSpan(int from, int to, long offset, long count) {
    SourceWindow window = SourceWindow.of(from, to, offset, count);
    long firstOutput = offset - window.skip();
    assertEquals(
        BigInteger.valueOf(firstOutput).multiply(BigInteger.valueOf(from)),
        BigInteger.valueOf(window.start()).multiply(BigInteger.valueOf(to)));
    double first = (double) offset * from / to;
    double last = (double) (offset + count) * from / to;
    assertTrue(window.start() == 0 || window.start() <= first - 100, window.toString());
    assertTrue(window.end() >= last + 100, window.toString());
    assertTrue(window.start() >= first - from - 2_000, window.toString());
  }

  @Test
  void isTheSpanItselfAtEqualRates() {
    assertEquals(new SourceWindow(7, 12, 0), SourceWindow.of(44_100, 44_100, 7, 5));
    assertEquals(
        new SourceWindow(7, Long.MAX_VALUE, 0), SourceWindow.of(44_100, 44_100, 7, Long.MAX_VALUE));
  }

  @Test
  void countsOutputsUpToTheEndOfTheSource() {
    assertEquals(44_100, SourceWindow.outputLength(48_000, 48_000, 44_100));
    assertEquals(1, SourceWindow.outputLength(1, 48_000, 44_100));
    assertEquals(5, SourceWindow.outputLength(10, 2, 1));
    assertEquals(6, SourceWindow.outputLength(11, 2, 1));
    assertEquals(0, SourceWindow.outputLength(0, 2, 1));
  }

  @Test
  void refusesWhatCannotBeMeant() {
    assertThrows(InvalidInputException.class, () -> SourceWindow.of(0, 44_100, 0, 1));
    assertThrows(InvalidInputException.class, () -> SourceWindow.of(44_100, -1, 0, 1));
    assertThrows(InvalidInputException.class, () -> SourceWindow.of(44_100, 44_100, -1, 1));
    assertThrows(InvalidInputException.class, () -> SourceWindow.of(44_100, 44_100, 0, -1));
    assertThrows(
        InvalidInputException.class, () -> SourceWindow.of(44_100, 44_100, Long.MAX_VALUE, 1));
  }
}
