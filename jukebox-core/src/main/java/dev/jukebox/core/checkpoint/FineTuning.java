package dev.jukebox.core.checkpoint;

import dev.jukebox.core.hparams.NearestName;
import dev.jukebox.error.InvalidInputException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which tables of a model have more rows than those of the checkpoint it is loaded from. Immutable;
 * rows that are not in the file keep what the model was initialised with.
 *
 * <pre>{@code
 * FineTuning tuning = FineTuning.none().growing("y_emb.artist_emb.emb.weight");
 * }</pre>
 *
 * @param growing names of parameters of which the file may have only the first rows
 */
public record FineTuning(Set<String> growing) {

  /** Copies the names. */
  public FineTuning {
    growing = Collections.unmodifiableSet(new LinkedHashSet<>(growing));
  }

  /** Everything must fit exactly. */
  public static FineTuning none() {
    return new FineTuning(Set.of());
  }

  /** This, with a table of which the file may have only the first rows. */
  public FineTuning growing(String parameter) {
    Set<String> more = new LinkedHashSet<>(growing);
    more.add(parameter);
    return new FineTuning(more);
  }

  /** Refuses tables that the model does not have. */
  void requireKnown(Collection<String> parameters) {
    for (String name : growing) {
      if (!parameters.contains(name)) {
        throw new InvalidInputException(
            "The model has no table '%s' to be changed%s"
                .formatted(name, NearestName.suggestion(name, parameters)));
      }
    }
  }
}
