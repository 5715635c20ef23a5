package dev.jukebox.core.report;

/**
 * The picture of an alignment: time runs to the right, lyric positions upwards, as in the
 * original's {@code align.png}; so a song that is sung from its first letter to its last is a line
 * that rises.
 */
final class AlignmentImage {

  static final int WIDTH = 1024;
  static final int HEIGHT = 512;

  /** Lifts weak attention, which is much of it, out of the black. */
  private static final double GAMMA = 0.5;

  private AlignmentImage() {}

  /**
   * Draws attention, the strongest place in the lightest colour.
   *
   * @param attention {@code [tokens][positions or more]}
   * @param positions those drawn
   */
  static LevelImage of(float[][] attention, int positions) {
    double[][] cells = new double[WIDTH][HEIGHT];
    double strongest = 0;
    for (int x = 0; x < WIDTH && attention.length > 0 && positions > 0; x++) {
      int from = first(x, WIDTH, attention.length);
      int to = Math.max(from + 1, first(x + 1, WIDTH, attention.length));
      for (int y = 0; y < HEIGHT; y++) {
        int low = first(y, HEIGHT, positions);
        int high = Math.max(low + 1, first(y + 1, HEIGHT, positions));
        double sum = 0;
        for (int t = from; t < to; t++) {
          for (int j = low; j < high; j++) {
            sum += Math.max(0, attention[t][j]);
          }
        }
        cells[x][y] = sum / (to - from);
        strongest = Math.max(strongest, cells[x][y]);
      }
    }
    LevelImage image = new LevelImage(WIDTH, HEIGHT);
    for (int x = 0; x < WIDTH && strongest > 0; x++) {
      for (int y = 0; y < HEIGHT; y++) {
        image.set(x, HEIGHT - 1 - y, Math.pow(cells[x][y] / strongest, GAMMA));
      }
    }
    return image;
  }

  private static int first(int place, int places, int count) {
    return (int) ((long) place * count / places);
  }
}
