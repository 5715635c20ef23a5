package dev.jukebox.core.checkpoint;

import dev.jukebox.core.hparams.NearestName;
import dev.jukebox.error.InvalidInputException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which tables of a model differ from those of the checkpoint it is loaded from: tables with more
 * rows, and rows that mean something new. Immutable; rows that are not taken from the file keep
 * what the model was initialised with.
 *
 * <pre>{@code
 * FineTuning tuning =
 *     FineTuning.none()
 *         .growing("y_emb.artist_emb.emb.weight")
 *         .renewing("y_emb.bow_genre_emb.emb.weight", Set.of(3, 7));
 * }</pre>
 *
 * @param growing names of parameters of which the file may have only the first rows
 * @param renewed rows by the parameter's name that are not taken from the file
 */
public record FineTuning(Set<String> growing, Map<String, Set<Integer>> renewed) {

  /** Copies both. */
  public FineTuning {
    growing = Collections.unmodifiableSet(new LinkedHashSet<>(growing));
    Map<String, Set<Integer>> copy = new LinkedHashMap<>();
    renewed.forEach((name, rows) -> copy.put(name, Set.copyOf(rows)));
    renewed = Collections.unmodifiableMap(copy);
  }

  /** Everything must fit exactly. */
  public static FineTuning none() {
    return new FineTuning(Set.of(), Map.of());
  }

  /** This, with a table of which the file may have only the first rows. */
  public FineTuning growing(String parameter) {
    Set<String> more = new LinkedHashSet<>(growing);
    more.add(parameter);
    return new FineTuning(more, renewed);
  }

  /** This, with rows of a table that are not taken from the file. */
  public FineTuning renewing(String parameter, Set<Integer> rows) {
    Map<String, Set<Integer>> more = new LinkedHashMap<>(renewed);
    Set<Integer> all = new HashSet<>(renewedRows(parameter));
    all.addAll(rows);
    more.put(parameter, all);
    return new FineTuning(growing, more);
  }

  Set<Integer> renewedRows(String parameter) {
    return renewed.getOrDefault(parameter, Set.of());
  }

  boolean touches(String parameter) {
    return growing.contains(parameter) || !renewedRows(parameter).isEmpty();
  }

  /** Refuses tables that the model does not have. */
  void requireKnown(Collection<String> parameters) {
    Set<String> named = new LinkedHashSet<>(growing);
    named.addAll(renewed.keySet());
    for (String name : named) {
      if (!parameters.contains(name)) {
        throw new InvalidInputException(
            "The model has no table '%s' to be changed%s"
                .formatted(name, NearestName.suggestion(name, parameters)));
      }
    }
  }
}
