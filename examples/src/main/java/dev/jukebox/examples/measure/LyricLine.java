package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Score;
import java.util.ArrayList;
import java.util.List;

/**
 * How the attention of a model's codes moves over the lyrics, in the time in which they should be
 * sung.
 *
 * @param rankCorrelation of time and the character with the most attention
 * @param near the part of the codes whose character is at most two from the one whose slot it is
 */
record LyricLine(double rankCorrelation, double near) {
  private static final int NEAR = 2;

  /**
   * Follows one song.
   *
   * @param alignment [codes][lyric positions] as {@link dev.jukebox.api.SampleLevel#alignments}
   *     gives it: position i hears character i − 1, and none hears the last, which is left out
   * @param hop samples of a code
   */
  static LyricLine of(Score wanted, float[][] alignment, int hop) {
    int slot = wanted.genre().slotTicks() * Score.TICK;
    List<Double> times = new ArrayList<>();
    List<Double> characters = new ArrayList<>();
    int near = 0;
    for (int code = 0; code < alignment.length; code++) {
      double time = (code + 0.5) * hop;
      int sung = wanted.characterAt((int) (time / slot));
      if (sung < wanted.lyrics().length() - 1) {
        int heard = strongest(alignment[code]) - 1;
        times.add(time);
        characters.add((double) heard);
        near += Math.abs(heard - sung) <= NEAR ? 1 : 0;
      }
    }
    return new LyricLine(
        RankCorrelation.of(array(times), array(characters)),
        (double) near / Math.max(1, times.size()));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static int strongest(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }
}
