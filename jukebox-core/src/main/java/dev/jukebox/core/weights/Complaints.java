package dev.jukebox.core.weights;

import java.util.Comparator;
import java.util.Optional;

/** Sentences about tensors that are not there. */
final class Complaints {
  private static final int MAX_DISTANCE = 12;

  private Complaints() {}

  /** Says that a tensor is missing, and which existing name is nearest. */
  static String missing(WeightSource source, String name) {
    String nearest =
        nearest(source, name).map(near -> "; the nearest name is '" + near + "'").orElse("");
    return "%s has no tensor '%s'%s: the checkpoint may be of another model"
        .formatted(source.description(), name, nearest);
  }

  private static Optional<String> nearest(WeightSource source, String name) {
    return source.names().stream()
        .filter(candidate -> Math.abs(candidate.length() - name.length()) <= MAX_DISTANCE)
        .min(
            Comparator.comparingInt((String candidate) -> distance(candidate, name))
                .thenComparing(Comparator.naturalOrder()))
        .filter(candidate -> distance(candidate, name) <= MAX_DISTANCE);
  }

  /** The number of single-character edits between two names. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
