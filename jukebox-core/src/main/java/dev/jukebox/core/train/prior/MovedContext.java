package dev.jukebox.core.train.prior;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Windows whose first codes are heard at a wrong time, from which a prior learns to find its place
 * again: by lyrics, labels and the time that it is told, not by ear alone, as it goes wrong sooner
 * or later when it hears what it drew itself.
 *
 * @param heard the codes that stand before each one, in place of the true ones
 * @param known for each window, how many codes from the first on were heard before their time, so
 *     that nothing is to be learnt from foretelling them
 */
record MovedContext(List<int[]> heard, int[] known) {

  /**
   * Moves the beginning of every other window, at random, by up to {@code most} codes to one side or
   * the other; it ends in the first half of the window.
   *
   * @param most 0 for none; less than half of a window
   */
  static MovedContext of(List<int[]> codes, int most, Random random) {
    List<int[]> heard = new ArrayList<>();
    int[] known = new int[codes.size()];
    for (int n = 0; n < codes.size(); n++) {
      int[] window = codes.get(n);
      if (most == 0 || random.nextBoolean()) {
        heard.add(window);
        continue;
      }
      int moved = (1 + random.nextInt(most)) * (random.nextBoolean() ? 1 : -1);
      int end = 1 + random.nextInt(window.length / 2);
      int[] other = window.clone();
      for (int i = 0; i < end; i++) {
        other[i] = window[Math.max(0, i + moved)];
      }
      heard.add(other);
      known[n] = moved > 0 ? end + moved : 0;
    }
    return new MovedContext(heard, known);
  }
}
