package dev.jukebox.core.sample;

import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The codes of a run: for each level, bottom first, one array of codes an item; immutable. Levels
 * that are not written yet have arrays of length 0.
 *
 * <pre>{@code
 * Codes codes = Codes.empty(3, 2);
 * codes.length(2); // 0
 * }</pre>
 */
public final class Codes {
  private final List<List<int[]>> levels;

  private Codes(List<List<int[]>> levels) {
    this.levels = levels;
  }

  /**
   * Codes of these levels; the arrays are copied.
   *
   * @throws InvalidInputException if levels differ in their number of items, or the items of a
   *     level in length
   */
  public static Codes of(List<List<int[]>> levels) {
    List<List<int[]>> copy = new ArrayList<>();
    for (List<int[]> items : levels) {
      if (items.size() != levels.get(0).size()) {
        throw new InvalidInputException(
            "codes of "
                + levels.get(0).size()
                + " items at level 0, but of "
                + items.size()
                + " at level "
                + copy.size());
      }
      for (int[] item : items) {
        if (item.length != items.get(0).length) {
          throw new InvalidInputException(
              "codes of items of one level differ in length: "
                  + items.get(0).length
                  + " and "
                  + item.length
                  + " at level "
                  + copy.size());
        }
      }
      copy.add(items.stream().map(int[]::clone).toList());
    }
    return new Codes(Collections.unmodifiableList(copy));
  }

  /** Codes of length 0 at every level. */
  public static Codes empty(int levels, int items) {
    return new Codes(Collections.nCopies(levels, Collections.nCopies(items, new int[0])));
  }

  /** Number of levels. */
  public int levels() {
    return levels.size();
  }

  /** Number of items. */
  public int items() {
    return levels.isEmpty() ? 0 : levels.get(0).size();
  }

  /** Number of codes of each item at a level. */
  public int length(int level) {
    return items() == 0 ? 0 : levels.get(level).get(0).length;
  }

  /** A copy of the codes of one item at a level. */
  public int[] item(int level, int item) {
    return levels.get(level).get(item).clone();
  }

  /** Copies of the codes [start, end) of every item at a level, cut off where it ends. */
  public List<int[]> span(int level, int start, int end) {
    int to = Math.min(end, length(level));
    int from = Math.min(start, to);
    return levels.get(level).stream().map(item -> copy(item, from, to)).toList();
  }

  /** These codes with others appended to every item of a level. */
  public Codes append(int level, List<int[]> more) {
    List<int[]> joined = new ArrayList<>();
    for (int n = 0; n < items(); n++) {
      int[] old = levels.get(level).get(n);
      int[] all = Arrays.copyOf(old, old.length + more.get(n).length);
      System.arraycopy(more.get(n), 0, all, old.length, more.get(n).length);
      joined.add(all);
    }
    return with(level, joined);
  }

  /** These codes with every level cut to a number of codes. */
  public Codes truncate(List<Integer> lengths) {
    List<List<int[]>> cut = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      cut.add(span(level, 0, lengths.get(level)));
    }
    return new Codes(Collections.unmodifiableList(cut));
  }

  /**
   * Refuses codes that are not among a model's.
   *
   * @param bins codes that the model tells apart
   * @throws InvalidInputException if a code of the level is outside [0, bins)
   */
  public void requireBelow(int level, int bins) {
    for (int item = 0; item < items(); item++) {
      for (int code : levels.get(level).get(item)) {
        if (code < 0 || code >= bins) {
          throw new InvalidInputException(
              "code "
                  + code
                  + " of item "
                  + item
                  + " at level "
                  + level
                  + " is not in [0, "
                  + bins
                  + "): the codes are of another model");
        }
      }
    }
  }

  private Codes with(int level, List<int[]> items) {
    List<List<int[]>> changed = new ArrayList<>(levels);
    changed.set(level, Collections.unmodifiableList(items));
    return new Codes(Collections.unmodifiableList(changed));
  }

  private static int[] copy(int[] item, int from, int to) {
    return Arrays.copyOfRange(item, from, to);
  }
}
