package dev.jukebox.core.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which character is sung when: the path through an alignment that never moves back and passes the
 * most attention.
 *
 * <p>What a position gets on average over the whole song does not count, for some heads rest on one
 * place whenever nothing is sung. Where two paths pass as much, the one that waits longer is taken.
 * The last character of lyrics is the input of no position; it follows its predecessor after as
 * long as characters take in the mean.
 */
final class LyricTrack {

  private static final double STEP_SECONDS = 0.04;
  private static final int MILLIS = 1000;

  /**
   * From a time on, a character is sung.
   *
   * @param millis milliseconds from the beginning of the song
   * @param character its index in the lyrics; −1 before the first
   */
  record Entry(int millis, int character) {}

  private final List<Entry> entries;

  private LyricTrack(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** The track of a song whose alignment is not known. */
  static LyricTrack empty() {
    return new LyricTrack(List.of());
  }

  /**
   * The track of an alignment; empty if there is no attention in it.
   *
   * @param attention {@code [tokens][positions]}, see {@link ReportItem#alignment}
   * @param seconds how long all tokens take
   */
  static LyricTrack of(float[][] attention, double seconds) {
    int tokens = attention.length;
    int positions = tokens == 0 ? 0 : attention[0].length;
    if (positions == 0) {
      return empty();
    }
    int steps = (int) Math.max(1, Math.min(tokens, Math.round(seconds / STEP_SECONDS)));
    int[] path = bestPath(attention, steps);
    List<Entry> entries = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      if (path[step] > 0 && (step == 0 || path[step] != path[step - 1])) {
        double start = seconds * start(step, steps, tokens) / tokens;
        entries.add(new Entry((int) Math.round(MILLIS * start), path[step] - 1));
      }
    }
    addLast(entries, positions, (int) Math.round(MILLIS * seconds));
    return new LyricTrack(entries);
  }

  private static void addLast(List<Entry> entries, int characters, int end) {
    if (entries.isEmpty()) {
      return;
    }
    Entry first = entries.get(0);
    Entry last = entries.get(entries.size() - 1);
    if (last.character() == characters - 2 && last.character() > first.character()) {
      int each = (last.millis() - first.millis()) / (last.character() - first.character());
      entries.add(new Entry(Math.min(end, last.millis() + each), characters - 1));
    }
  }

  private static int start(int step, int steps, int tokens) {
    return (int) ((long) step * tokens / steps);
  }

  /** The attention on each position, mean of the tokens of a step. */
  private static double[] means(float[][] attention, int step, int steps) {
    int from = start(step, steps, attention.length);
    int to = start(step + 1, steps, attention.length);
    double[] means = new double[attention[0].length];
    for (int t = from; t < to; t++) {
      for (int j = 0; j < means.length; j++) {
        float weight = attention[t][j];
        means[j] += weight > 0 ? weight / (double) (to - from) : 0;
      }
    }
    return means;
  }

  private static double[] meansOfAll(float[][] attention, int steps) {
    double[] totals = new double[attention[0].length];
    for (int step = 0; step < steps; step++) {
      double[] means = means(attention, step, steps);
      for (int j = 0; j < totals.length; j++) {
        totals[j] += means[j] / steps;
      }
    }
    return totals;
  }

  /** The path of the highest sum; of equals the one that is at each step at the lowest place. */
  private static int[] bestPath(float[][] attention, int steps) {
    int positions = attention[0].length;
    double[] usual = meansOfAll(attention, steps);
    double[] best = new double[positions];
    // Where the best so far is better than at any place below: what a path may come from.
    List<BitSet> records = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      double[] means = means(attention, step, steps);
      BitSet record = new BitSet(positions);
      double before = 0;
      double highest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < positions; j++) {
        before = Math.max(before, best[j]);
        best[j] = before + Math.max(0, means[j] - usual[j]);
        if (best[j] > highest) {
          highest = best[j];
          record.set(j);
        }
      }
      records.add(record);
    }
    int[] path = new int[steps];
    int place = positions - 1;
    for (int step = steps - 1; step >= 0; step--) {
      place = records.get(step).previousSetBit(place);
      path[step] = place;
    }
    return path;
  }

  /** When another character begins to be sung, in order of time. */
  List<Entry> entries() {
    return entries;
  }

  /** The character sung at a time; −1 before the first one. */
  int characterAt(double seconds) {
    int found = -1;
    for (Entry entry : entries) {
      if (entry.millis() <= Math.round(MILLIS * seconds)) {
        found = entry.character();
      }
    }
    return found;
  }
}
