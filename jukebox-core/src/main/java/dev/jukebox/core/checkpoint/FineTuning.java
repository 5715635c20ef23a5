package dev.jukebox.core.checkpoint;

import dev.jukebox.core.hparams.NearestName;
import dev.jukebox.error.InvalidInputException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which tables of a model have other numbers of rows than those of the checkpoint it is loaded
 * from. Immutable; rows that are not in the file keep what the model was initialised with.
 *
 * <pre>{@code
 * FineTuning tuning = FineTuning.none().growing("y_emb.artist_emb.emb.weight");
 * }</pre>
 *
 * @param growing names of parameters of which the file may have only the first rows
 * @param resized names of parameters of which the file may have more or fewer rows; their middles
 *     are laid upon each other
 * @param fresh names of parameters that keep what the model was initialised with, whether the file
 *     has them or not
 */
public record FineTuning(Set<String> growing, Set<String> resized, Set<String> fresh) {

  /** Copies the names. */
  public FineTuning {
    growing = Collections.unmodifiableSet(new LinkedHashSet<>(growing));
    resized = Collections.unmodifiableSet(new LinkedHashSet<>(resized));
    fresh = Collections.unmodifiableSet(new LinkedHashSet<>(fresh));
  }

  /** Everything must fit exactly. */
  public static FineTuning none() {
    return new FineTuning(Set.of(), Set.of(), Set.of());
  }

  /** This, with a table of which the file may have only the first rows. */
  public FineTuning growing(String parameter) {
    return new FineTuning(with(growing, parameter), resized, fresh);
  }

  /** This, with a table of which the file may have more or fewer rows on both sides. */
  public FineTuning resized(String parameter) {
    return new FineTuning(growing, with(resized, parameter), fresh);
  }

  /** This, with a parameter that begins anew. */
  public FineTuning fresh(String parameter) {
    return new FineTuning(growing, resized, with(fresh, parameter));
  }

  /** Whether everything must fit exactly. */
  public boolean isNone() {
    return growing.isEmpty() && resized.isEmpty() && fresh.isEmpty();
  }

  private static Set<String> with(Set<String> names, String another) {
    Set<String> more = new LinkedHashSet<>(names);
    more.add(another);
    return more;
  }

  /** Refuses tables that the model does not have. */
  void requireKnown(Collection<String> parameters) {
    Set<String> all = new LinkedHashSet<>(growing);
    all.addAll(resized);
    all.addAll(fresh);
    for (String name : all) {
      if (!parameters.contains(name)) {
        throw new InvalidInputException(
            "The model has no table '%s' to be changed%s"
                .formatted(name, NearestName.suggestion(name, parameters)));
      }
    }
  }
}
