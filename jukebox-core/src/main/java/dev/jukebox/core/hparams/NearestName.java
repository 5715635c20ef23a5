package dev.jukebox.core.hparams;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The known names that a mistyped name most likely meant: fewest insertions, deletions and
 * substitutions first, letters compared without case.
 */
public final class NearestName {

  private NearestName() {}

  /** The {@code count} known names nearest to {@code given}; ties in alphabetical order. */
  public static List<String> nearest(String given, Collection<String> known, int count) {
    record Scored(String name, int distance) {}
    String wanted = given.toLowerCase(Locale.ROOT);
    return known.stream()
        .map(name -> new Scored(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
        .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .limit(count)
        .map(Scored::name)
        .toList();
  }

  /**
   * The end of a sentence about an unknown name, such as {@code "; did you mean n_ctx?"}; empty
   * where nothing is known.
   */
  public static String suggestion(String given, Collection<String> known) {
    return suggestion(given, known, 1);
  }

  /** As {@link #suggestion(String, Collection)}, with up to {@code count} names. */
  public static String suggestion(String given, Collection<String> known, int count) {
    List<String> names = nearest(given, known, count);
    return names.isEmpty()
        ? ""
        : names.stream().collect(Collectors.joining("\" or \"", "; did you mean \"", "\"?"));
  }

  /** Levenshtein distance. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
