package dev.jukebox.core.labels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LyricWindowTest {

  private static final int[] TEXT = IntStream.rangeClosed(1, 10).toArray();

  /** The first characters were computed by PyTorch, on numbers and on tensors. */
  @Test
  void startsWhereTheOriginalStarts() throws IOException {
    JsonNode cases =
        new ObjectMapper()
            .readTree(LyricWindowTest.class.getResourceAsStream("lyric_windows.json"));
    int differing = 0;
    for (JsonNode c : cases) {
      int[] text = IntStream.range(0, c.get(0).intValue()).map(i -> i % 79).toArray();
      int n = c.get(1).intValue();
      long total = c.get(2).longValue();
      long offset = c.get(3).longValue();
      long duration = c.get(4).longValue();
      LyricWindow window = LyricWindow.ofWindow(text, n, total, offset, duration);
      LyricWindow label = LyricWindow.ofLabel(text, n, total, offset, duration);
      assertEquals(c.get(5).intValue(), window.indices()[0], c.toString());
      assertEquals(c.get(6).intValue(), label.indices()[0], c.toString());
      assertEquals(n, window.tokens().length);
      assertEquals(text[window.indices()[n - 1]], window.tokens()[n - 1]);
      differing += c.get(5).intValue() == c.get(6).intValue() ? 0 : 1;
    }
    assertTrue(cases.size() > 20 && differing > 10);
  }

  @Test
  void padsAShortTextAtItsFront() {
    LyricWindow window = LyricWindow.ofLabel(new int[] {7, 8}, 5, 100, 0, 10);
    assertArrayEquals(new int[] {0, 0, 0, 7, 8}, window.tokens());
    assertArrayEquals(new int[] {-1, -1, -1, 0, 1}, window.indices());
    assertArrayEquals(new int[] {0, 0}, LyricWindow.ofWindow(new int[0], 2, 1, 5, 1).tokens());
  }

  @Test
  void staysInsideTheText() {
    assertArrayEquals(new int[] {1, 2, 3, 4}, window(4, 0).tokens());
    assertArrayEquals(new int[] {4, 5, 6, 7}, window(4, 45).tokens());
    assertArrayEquals(new int[] {7, 8, 9, 10}, window(4, 95).tokens());
    assertArrayEquals(TEXT, window(10, 95).tokens());
    assertArrayEquals(new int[0], window(0, 95).tokens());
  }

  @Test
  void hasAWindowForAnOddNumberOfTokens() {
    assertArrayEquals(new int[] {1, 2, 3}, window(3, 0).tokens());
    assertArrayEquals(new int[] {5, 6, 7}, window(3, 45).tokens());
    assertArrayEquals(new int[] {8, 9, 10}, window(3, 99).tokens());
    assertArrayEquals(new int[] {7, 8, 9}, window(3, 99).indices());
  }

  @Test
  void refusesAWindowOutsideTheSong() {
    assertThrows(InvalidInputException.class, () -> window(4, 100));
    assertThrows(InvalidInputException.class, () -> LyricWindow.ofLabel(TEXT, 4, 100, -1, 10));
  }

  private static LyricWindow window(int nTokens, long offset) {
    return LyricWindow.ofWindow(TEXT, nTokens, 100, offset, 10);
  }
}
