package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Score;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines that are drawn beforehand. */
class LyricLineTest {
  private static final int HOP = 256;

  private final Score song = new Corpus(2).song(3);

  private float[][] alignment(double slope, int late, double noise) {
    Random random = new Random(8);
    int slot = song.genre().slotTicks() * Score.TICK;
    int length = song.lyrics().length();
    float[][] rows = new float[song.ticks() * Score.TICK / HOP][length];
    for (int code = 0; code < rows.length; code++) {
      int sung = song.characterAt((int) ((code + 0.5) * HOP / slot));
      int place = (int) (slope * sung) + 1 + late;
      for (int i = 0; i < length; i++) {
        rows[code][i] = (float) (noise * random.nextDouble()) + (i == place ? 1 : 0);
      }
    }
    return rows;
  }

  @Test
  void attentionThatFollowsTheLettersScoresOne() {
    LyricLine line = LyricLine.of(song, alignment(1, 0, 0.5), HOP);
    assertTrue(line.rankCorrelation() > 0.99, line + "");
    assertTrue(line.near() > 0.98, line + "");
  }

  @Test
  void attentionThatLagsStillRises() {
    LyricLine line = LyricLine.of(song, alignment(1, -10, 0), HOP);
    assertTrue(line.rankCorrelation() > 0.95, line + "");
    assertTrue(line.near() < 0.2, line + "");
  }

  @Test
  void attentionAnywhereDoesNotRise() {
    LyricLine line = LyricLine.of(song, alignment(1, 1 << 20, 1), HOP);
    assertEquals(0, line.rankCorrelation(), 0.1);
    assertTrue(line.near() < 0.15, line + "");
  }
}
