package dev.jukebox.core.labels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class TimeBinsTest {

  private static final TimeRanges SONGS = new TimeRanges(60, 600, 44100);
  private static final long SECOND = 44100;

  /** The bins were computed by PyTorch in single precision. */
  @Test
  void areTheOriginals() throws IOException {
    JsonNode cases =
        new ObjectMapper().readTree(TimeBinsTest.class.getResourceAsStream("time_bins.json"));
    for (JsonNode c : cases) {
      TimeBins bins =
          TimeBins.of(
              longs(c.get("y")),
              new TimeRanges(
                  c.get("min").doubleValue(), c.get("max").doubleValue(), c.get("sr").intValue()),
              c.get("positions").intValue(),
              c.get("bins").intValue());
      assertEquals(c.get("total").intValue(), bins.total(), c.toString());
      assertArrayEquals(longs(c.get("absolute")), toLongs(bins.absolute()), c.toString());
      assertArrayEquals(longs(c.get("relative")), toLongs(bins.relative()), c.toString());
    }
    assertTrue(cases.size() > 20);
  }

  @Test
  void refuseASongOutsideTheRanges() {
    assertEquals(
        "The total length of 59.99 s (2645559 samples) is outside what the model was trained on:"
            + " at least 60 s and less than 600 s",
        refusal(60 * SECOND - 441, 0, SECOND));
    assertRefused(600 * SECOND, 0, SECOND);
    // In single precision this is 600 s.
    assertRefused(600 * SECOND - 1, 0, SECOND);
    assertRefused(0, 0, SECOND);
    assertEquals(0, TimeBins.of(new long[] {60 * SECOND, 0, SECOND}, SONGS, 4, 8).total());
  }

  @Test
  void refuseAWindowOutsideTheSong() {
    assertEquals(
        "The offset of 240 s (10584000 samples) is outside the song of 240 s; it must be at least"
            + " 0 s and less than the total length",
        refusal(240 * SECOND, 240 * SECOND, SECOND));
    assertRefused(240 * SECOND, -1, SECOND);
    assertEquals(
        "The window from 590 s to 601 s reaches beyond max_duration, 600 s; sample less, or start"
            + " earlier",
        refusal(599 * SECOND, 590 * SECOND, 11 * SECOND));
    // So near the end that a position rounds to the end itself.
    assertTrue(
        refusal(400 * SECOND, 400 * SECOND - 1, SECOND)
            .contains("reaches beyond the end of the song at 400 s"));
  }

  @Test
  void clampTheEndOfTheSong() {
    TimeBins bins =
        TimeBins.of(new long[] {100 * SECOND, 90 * SECOND, 20 * SECOND}, SONGS, 10, 100);
    assertEquals(90, bins.relative()[0]);
    assertEquals(99, bins.relative()[9]);
    assertEquals(18, bins.absolute()[9]);
  }

  @Test
  void rangesMustHoldSomething() {
    assertThrows(InvalidInputException.class, () -> new TimeRanges(60, 60, 44100));
    assertThrows(InvalidInputException.class, () -> new TimeRanges(0, 60, 0));
  }

  private static void assertRefused(long total, long offset, long length) {
    assertTrue(refusal(total, offset, length).contains(" s"));
  }

  private static String refusal(long total, long offset, long length) {
    return assertThrows(
            InvalidInputException.class,
            () -> TimeBins.of(new long[] {total, offset, length, 0, 0}, SONGS, 64, 128))
        .getMessage();
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToLong(JsonNode::longValue)
        .toArray();
  }

  private static long[] toLongs(int[] bins) {
    return Arrays.stream(bins).asLongStream().toArray();
  }
}
