package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LyricTrackTest {

  @Test
  void followsAnAlignmentThatIsKnown() {
    for (int characters : new int[] {5, 31, 280}) {
      SungSong song = new SungSong("x".repeat(characters), 24, 22_050);
      LyricTrack track = LyricTrack.of(song.alignment(), song.seconds());
      double each = song.seconds() / (characters - 1);
      for (int i = 0; i < characters - 1; i++) {
        double middle = (i + 0.5) * each;
        assertEquals(song.characterAt(middle), track.characterAt(middle), "at " + middle);
      }
    }
  }

  @Test
  void neverMovesBack() {
    Random random = new Random(9);
    for (int round = 0; round < 20; round++) {
      float[][] attention = new float[1 + random.nextInt(400)][1 + random.nextInt(50)];
      for (float[] row : attention) {
        for (int j = 0; j < row.length; j++) {
          row[j] = random.nextFloat();
        }
      }
      List<LyricTrack.Entry> entries = LyricTrack.of(attention, 7.3).entries();
      for (int i = 0; i < entries.size(); i++) {
        LyricTrack.Entry entry = entries.get(i);
        LyricTrack.Entry before = i == 0 ? new LyricTrack.Entry(-1, -1) : entries.get(i - 1);
        assertTrue(entry.millis() >= Math.max(0, before.millis()), entries.toString());
        assertTrue(entry.millis() <= 7300, entries.toString());
        assertTrue(entry.character() > before.character(), entries.toString());
        assertTrue(entry.character() < attention[0].length, entries.toString());
      }
    }
  }

  @Test
  void isTheBestOfAllPaths() {
    Random random = new Random(4);
    for (int round = 0; round < 50; round++) {
      // Eighths, and eight of them: sums and means are exact, and equals are equal.
      float[][] attention = new float[8][4];
      for (float[] row : attention) {
        for (int j = 0; j < row.length; j++) {
          row[j] = random.nextInt(5) / 8f;
        }
      }
      LyricTrack track = LyricTrack.of(attention, 8);
      int[] best = bestOfAll(gains(attention), 0, 0);
      for (int t = 0; t < attention.length; t++) {
        int shown = track.characterAt(t + 0.5);
        if (shown < 3) {
          assertEquals(best[t] - 1, shown, "round " + round + " at " + t);
        }
      }
      // Only the last character, which has no position, is shown beyond the path.
      assertTrue(track.characterAt(8) >= best[7] - 1);
    }
  }

  private static double[][] gains(float[][] attention) {
    double[][] gains = new double[attention.length][attention[0].length];
    for (int j = 0; j < attention[0].length; j++) {
      double mean = 0;
      for (float[] row : attention) {
        mean += row[j] / attention.length;
      }
      for (int t = 0; t < attention.length; t++) {
        gains[t][j] = Math.max(0, attention[t][j] - mean);
      }
    }
    return gains;
  }

  /** Tries all paths, lowest places last, so that of equals it keeps those. */
  private static int[] bestOfAll(double[][] gains, int step, int from) {
    if (step == gains.length) {
      return new int[gains.length];
    }
    int[] best = {};
    double most = -1;
    for (int j = gains[0].length - 1; j >= from; j--) {
      int[] path = bestOfAll(gains, step + 1, j);
      path[step] = j;
      double sum = 0;
      for (int t = step; t < path.length; t++) {
        sum += gains[t][path[t]];
      }
      if (sum >= most) {
        most = sum;
        best = path;
      }
    }
    return best;
  }

  @Test
  void oneLookAheadDoesNotMoveIt() {
    float[][] attention = new float[10][11];
    for (int t = 0; t < 10; t++) {
      attention[t][t] = 0.5f;
    }
    attention[2][9] = 1;
    LyricTrack track = LyricTrack.of(attention, 10);
    for (int t = 0; t < 10; t++) {
      assertEquals(t - 1, track.characterAt(t + 0.5));
    }
  }

  @Test
  void waitsWhileNothingIsSung() {
    float[][] attention = new float[10][5];
    attention[2][1] = 1;
    attention[7][2] = 1;
    assertEquals(
        List.of(new LyricTrack.Entry(2000, 0), new LyricTrack.Entry(7000, 1)),
        LyricTrack.of(attention, 10).entries());
  }

  @Test
  void theLastCharacterFollowsItsPredecessor() {
    float[][] attention = new float[10][4];
    attention[1][1] = 1;
    attention[3][2] = 1;
    attention[5][3] = 1;
    assertEquals(
        List.of(
            new LyricTrack.Entry(1000, 0),
            new LyricTrack.Entry(3000, 1),
            new LyricTrack.Entry(5000, 2),
            new LyricTrack.Entry(7000, 3)),
        LyricTrack.of(attention, 10).entries());
  }

  @Test
  void nothingIsSungWhereThereIsNoAttention() {
    float[][] steady = {{0.2f, 0.8f}, {0.2f, 0.8f}, {0.2f, 0.8f}};
    float[][] broken = {{Float.NaN, Float.NaN}, {Float.NaN, Float.NaN}};
    for (float[][] none : new float[][][] {{}, {{}}, {{0, 0}, {0, 0}}, steady, broken}) {
      assertEquals(List.of(), LyricTrack.of(none, 3).entries());
      assertEquals(-1, LyricTrack.of(none, 3).characterAt(1));
    }
    assertEquals(List.of(), LyricTrack.of(new float[3][4], 0).entries());
  }
}
