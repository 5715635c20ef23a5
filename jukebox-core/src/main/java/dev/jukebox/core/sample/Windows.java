package dev.jukebox.core.sample;

import java.util.ArrayList;
import java.util.List;

/** Where the windows of a level begin. */
public final class Windows {

  private Windows() {}

  /**
   * The first position of each window: 0, hop, 2·hop and so on, the last one moved back so that it
   * ends with the total.
   *
   * @param total codes of the whole level, at least nCtx
   * @param nCtx codes of a window
   * @param hop codes between windows, at least 1
   */
  public static List<Integer> starts(int total, int nCtx, int hop) {
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start < total - nCtx + hop; start += hop) {
      starts.add(start + nCtx >= total ? total - nCtx : start);
    }
    return starts;
  }
}
