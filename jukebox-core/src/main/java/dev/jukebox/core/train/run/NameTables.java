package dev.jukebox.core.train.run;

import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.checkpoint.FineTuning;
import dev.jukebox.core.checkpoint.SavedRun;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.labels.ArtistGenreIds;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The sizes of a prior's tables of names.
 *
 * @param genres rows for genres, or words of genres
 * @param artists rows for artists
 */
record NameTables(int genres, int artists) {
  private static final String GENRES = "y_emb.bow_genre_emb.emb.weight";
  private static final String ARTISTS = "y_emb.artist_emb.emb.weight";

  /** What y_bins says; one row each, for what is unknown, where it says nothing. */
  static NameTables given(Hyperparams hps) {
    if (!(hps.valueOf("y_bins").orElse(0L) instanceof List<?>)) {
      return new NameTables(1, 1);
    }
    int[] bins = hps.intsOf("y_bins");
    return new NameTables(bins[0], bins[1]);
  }

  /** Those of the checkpoint that a run begins from; what y_bins says where there is none. */
  static NameTables known(Hyperparams hps, Optional<Path> restoredPrior) {
    NameTables given = given(hps);
    if (restoredPrior.isEmpty()) {
      return given;
    }
    try (SavedRun saved = SavedRun.open(restoredPrior.get())) {
      return new NameTables(
          saved.rows(GENRES).orElse(given.genres()), saved.rows(ARTISTS).orElse(given.artists()));
    }
  }

  /** The tables that lists of names need. */
  static NameTables of(ArtistGenreIds ids) {
    return new NameTables(rows(ids.genreIds().values()), rows(ids.artistIds().values()));
  }

  private static int rows(Collection<Integer> ids) {
    return 1 + ids.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** The max_bow_genre_size of a checkpoint; 1 where it does not say. */
  static int genreWords(Path checkpoint) {
    try (SavedRun saved = SavedRun.open(checkpoint)) {
      Hyperparams hps = saved.hyperparams();
      return hps.contains("max_bow_genre_size")
          ? hps.optionalInt("max_bow_genre_size").orElse(1)
          : 1;
    }
  }

  /** The tables of a model that have more rows than in its checkpoint; none where they fit. */
  static FineTuning grown(SavedRun saved, Parameters parameters) {
    FineTuning tuning = FineTuning.none();
    for (Parameter parameter : parameters.all()) {
      String name = parameter.name();
      OptionalInt rows =
          name.equals(GENRES) || name.equals(ARTISTS) ? saved.rows(name) : OptionalInt.empty();
      if (rows.isPresent() && rows.getAsInt() < parameter.value().shape().dim(0)) {
        tuning = tuning.growing(name);
      }
    }
    return tuning;
  }
}
