package dev.jukebox.core.train.prior;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MovedContextTest {
  private static final int LENGTH = 20;
  private static final int MOST = 6;

  /** Code i of a window is i, so that a moved one tells by how much. */
  private static List<int[]> windows(int count) {
    List<int[]> windows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      windows.add(IntStream.range(0, LENGTH).toArray());
    }
    return windows;
  }

  @Test
  void movesTheBeginningOfHalfOfThem() {
    List<int[]> codes = windows(1000);
    MovedContext context = MovedContext.of(codes, MOST, new Random(1));
    int moved = 0;
    boolean early = false;
    boolean late = false;
    for (int n = 0; n < codes.size(); n++) {
      int[] heard = context.heard().get(n);
      if (heard == codes.get(n)) {
        assertEquals(0, context.known()[n]);
        continue;
      }
      moved++;
      int last = LENGTH / 2 - 1;
      while (last >= 0 && heard[last] == last) {
        last--;
      }
      if (last < 0) {
        // The first code alone, heard later: there is none before it.
        assertEquals(0, context.known()[n]);
        continue;
      }
      int by = heard[last] - last;
      assertTrue(by != 0 && Math.abs(by) <= MOST, "moved by " + by);
      for (int i = 0; i < LENGTH; i++) {
        assertEquals(i <= last ? Math.max(0, i + by) : i, heard[i], "place " + i);
      }
      // What was heard before its time must not be asked for.
      assertEquals(by > 0 ? last + 1 + by : 0, context.known()[n]);
      early |= by > 0;
      late |= by < 0;
    }
    assertTrue(moved > 400 && moved < 600, moved + " of 1000");
    assertTrue(early && late);
    assertArrayEquals(windows(1).get(0), codes.get(0), "the targets stay as they are");
  }

  @Test
  void movesNothingUnlessItIsAskedTo() {
    List<int[]> codes = windows(20);
    MovedContext context = MovedContext.of(codes, 0, new Random(1));
    for (int n = 0; n < codes.size(); n++) {
      assertSame(codes.get(n), context.heard().get(n));
      assertEquals(0, context.known()[n]);
    }
  }
}
