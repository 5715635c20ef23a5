package dev.jukebox.core.align;

/**
 * How far a picture of attention, [times][characters], shows one line along which the attention
 * moves through the text.
 *
 * <p>The concentration is the mean attention, over times, that lies within a few characters of the
 * best path that never moves back: {@code max over paths p of mean over t of Σ w[t][c], |c − p(t)|
 * ≤ b}, where b is a fiftieth of the characters, at least 1. A head that attends to one place the
 * whole time has such a path too, and one that attends everywhere has some attention near any path;
 * so the gain is what the best path has above the best one that stands still. The correlation is
 * that of time with the mean character attended to, each time weighted by its attention to
 * characters; it is near 1 where the movement is even, and falls where it jumps. The score is the
 * gain times the correlation, 0 where the latter is negative: 0 for a head that stands still, looks
 * everywhere or moves back, near 1 for a head that reads.
 *
 * <p>Columns are the characters of the text alone. What a head pays to padding is in no column, and
 * lowers its concentration.
 *
 * @param score 0 to 1
 * @param correlation −1 to 1; 0 where nothing moves
 * @param concentration 0 to 1
 */
record LinePattern(double score, double correlation, double concentration) {
  private static final int CHARACTERS_A_SIDE = 50;

  /**
   * Measures a picture.
   *
   * @param weights [times][characters], each row at most 1 in all
   */
  static LinePattern of(double[][] weights) {
    double[][] near = near(weights);
    double correlation = correlation(weights);
    double moving = bestPath(near);
    double gain = Math.max(0, moving - bestPlace(near));
    return new LinePattern(Math.max(0, correlation) * gain, correlation, moving);
  }

  /** For each time and character, the attention within a few characters of it. */
  private static double[][] near(double[][] weights) {
    int characters = weights[0].length;
    int side = Math.max(1, characters / CHARACTERS_A_SIDE);
    double[][] near = new double[weights.length][characters];
    for (int t = 0; t < weights.length; t++) {
      for (int c = 0; c < characters; c++) {
        double sum = 0;
        for (int k = Math.max(0, c - side); k <= Math.min(characters - 1, c + side); k++) {
          sum += weights[t][k];
        }
        near[t][c] = sum;
      }
    }
    return near;
  }

  /** The mean over times of the best path that never moves back. */
  private static double bestPath(double[][] near) {
    double[] best = near[0].clone();
    for (int t = 1; t < near.length; t++) {
      double before = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < best.length; c++) {
        before = Math.max(before, best[c]);
        best[c] = before + near[t][c];
      }
    }
    double most = 0;
    for (double each : best) {
      most = Math.max(most, each);
    }
    return most / near.length;
  }

  /** The mean over times of the best path that stands still. */
  private static double bestPlace(double[][] near) {
    double most = 0;
    for (int c = 0; c < near[0].length; c++) {
      double sum = 0;
      for (double[] row : near) {
        sum += row[c];
      }
      most = Math.max(most, sum);
    }
    return most / near.length;
  }

  private static double correlation(double[][] weights) {
    int times = weights.length;
    double[] mass = new double[times];
    double[] place = new double[times];
    double all = 0;
    double meanTime = 0;
    double meanPlace = 0;
    for (int t = 0; t < times; t++) {
      double moment = 0;
      for (int c = 0; c < weights[t].length; c++) {
        mass[t] += weights[t][c];
        moment += c * weights[t][c];
      }
      place[t] = mass[t] > 0 ? moment / mass[t] : 0;
      all += mass[t];
      meanTime += mass[t] * t;
      meanPlace += mass[t] * place[t];
    }
    if (!(all > 0)) {
      return 0;
    }
    meanTime /= all;
    meanPlace /= all;
    double together = 0;
    double timeSquares = 0;
    double placeSquares = 0;
    for (int t = 0; t < times; t++) {
      double time = t - meanTime;
      double character = place[t] - meanPlace;
      together += mass[t] * time * character;
      timeSquares += mass[t] * time * time;
      placeSquares += mass[t] * character * character;
    }
    // What rounding alone moves has no direction.
    double rounding = 1e-12 * all * weights[0].length;
    return timeSquares > rounding && placeSquares > rounding
        ? together / Math.sqrt(timeSquares * placeSquares)
        : 0;
  }
}
