package dev.jukebox.core.train.run;

import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.checkpoint.FineTuning;
import dev.jukebox.core.checkpoint.SavedRun;
import java.util.OptionalInt;
import java.util.Set;

/** The tables of positions, of the codes of a window and of the characters beside it. */
final class PositionTables {
  private static final Set<String> NAMES =
      Set.of("prior.pos_emb.pos_emb", "prime_prior.pos_emb.pos_emb");

  private PositionTables() {}

  /** A tuning, with the tables that have more or fewer rows than in the checkpoint. */
  static FineTuning resized(FineTuning tuning, SavedRun saved, Parameters parameters) {
    FineTuning with = tuning;
    for (Parameter parameter : parameters.all()) {
      OptionalInt rows =
          NAMES.contains(parameter.name()) ? saved.rows(parameter.name()) : OptionalInt.empty();
      if (rows.isPresent() && rows.getAsInt() != parameter.value().shape().dim(0)) {
        with = with.resized(parameter.name());
      }
    }
    return with;
  }
}
