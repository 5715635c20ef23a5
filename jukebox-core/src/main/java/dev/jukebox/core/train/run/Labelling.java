package dev.jukebox.core.train.run;

import dev.jukebox.core.data.AudioFiles;
import dev.jukebox.core.data.DataSettings;
import dev.jukebox.core.data.ExtendedIds;
import dev.jukebox.core.data.MetadataIds;
import dev.jukebox.core.data.MetadataSource;
import dev.jukebox.core.data.SkippedFiles;
import dev.jukebox.core.data.SongMetadata;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.labels.ArtistGenreIds;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.labels.LyricCharacters;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the songs of a run are labelled.
 *
 * @param hps the hyperparameters, with tables large enough for the lists
 * @param labeller of windows of the prior
 * @param metadata what songs are
 * @param ids directory of the lists; empty without labels
 * @param notes sentences about what was derived
 */
record Labelling(
    Hyperparams hps,
    Labeller labeller,
    MetadataSource metadata,
    Optional<Path> ids,
    List<String> notes) {
  private static final String OF_METADATA =
      ", so that every genre and artist of the metadata has a place";

  /** No labels. */
  private static Labelling none(Hyperparams hps) {
    return new Labelling(hps, Labeller.empty(), MetadataSource.none(), Optional.empty(), List.of());
  }

  /**
   * Finds lists of artists and genres, or makes them of the metadata. The tables of names are those
   * of the restored prior where they are larger than the hyperparameters say: an earlier run may
   * have grown them.
   *
   * @param restoredPrior the checkpoint that the run begins from, beside which its lists may be
   */
  static Labelling of(
      TrainSetup setup, Hyperparams wanted, RunFiles files, Optional<Path> restoredPrior) {
    if (!wanted.booleanOf("prior") || !wanted.booleanOf("labels")) {
      return none(wanted);
    }
    List<String> notes = new ArrayList<>();
    Hyperparams hps = withRestored(wanted, restoredPrior, notes);
    Path music = Path.of(hps.stringOf("audio_files_dir"));
    MetadataSource metadata = setup.metadata().orElseGet(() -> MetadataSource.beside(music));
    long sampleLength = hps.longOf("sample_length");
    Optional<Path> given =
        setup
            .ids()
            .or(
                () ->
                    restoredPrior
                        .map(path -> path.resolveSibling("ids"))
                        .filter(Files::isDirectory));
    if (setup.extendIds()) {
      NameTables known = NameTables.known(hps, restoredPrior);
      return extended(hps, metadata, given, known, files.ids(), notes);
    }
    boolean charactersAlone =
        given
            .filter(path -> !ArtistGenreIds.areIn(path, hps.booleanOf("labels_v3")))
            .filter(LyricCharacters::areIn)
            .isPresent();
    if (given.isPresent() && !charactersAlone) {
      Hyperparams fitting =
          restoredPrior.isPresent() ? hps : withLists(hps, metadata, given.get(), notes);
      Labeller labeller = Labeller.of(fitting, sampleLength, given);
      return new Labelling(fitting, labeller, metadata, given, notes);
    }
    MetadataIds derived = MetadataIds.derive(songs(hps, metadata), hps.booleanOf("labels_v3"));
    derived.write(files.ids());
    given.ifPresent(directory -> LyricCharacters.copy(directory, files.ids()));
    Hyperparams grown =
        withBins(
            hps,
            new NameTables(derived.genreBins(), derived.artistBins()),
            derived.maxGenreWords(),
            OF_METADATA,
            notes);
    notes.add(
        derived.artistBins()
            - 1
            + " artists and "
            + (derived.genreBins() - 1)
            + " genres of the metadata were listed in "
            + files.ids());
    Labeller labeller = Labeller.of(grown, sampleLength, Optional.of(files.ids()));
    return new Labelling(grown, labeller, metadata, Optional.of(files.ids()), notes);
  }

  /** The lists of the model that the run begins from, and behind them the names of the metadata. */
  private static Labelling extended(
      Hyperparams hps,
      MetadataSource metadata,
      Optional<Path> given,
      NameTables known,
      Path target,
      List<String> notes) {
    boolean v3 = hps.booleanOf("labels_v3");
    Path directory =
        given
            .filter(path -> ArtistGenreIds.areIn(path, v3))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "names are to be appended to the lists of artists and genres of a model,"
                            + " but its lists are not known: give their directory by --ids"));
    ExtendedIds lists =
        ExtendedIds.of(
            ArtistGenreIds.read(directory, v3),
            known.genres(),
            known.artists(),
            songs(hps, metadata));
    lists.write(target);
    LyricCharacters.copy(directory, target);
    Hyperparams grown =
        withBins(
            hps,
            new NameTables(lists.genreBins(), lists.artistBins()),
            lists.maxGenreWords(),
            OF_METADATA,
            notes);
    notes.add(
        lists.newArtists().size()
            + " artists and "
            + lists.newGenres().size()
            + " genres of the metadata were appended to the lists, which are now in "
            + target);
    Labeller labeller = Labeller.of(grown, hps.longOf("sample_length"), Optional.of(target));
    return new Labelling(grown, labeller, metadata, Optional.of(target), notes);
  }

  private static List<SongMetadata> songs(Hyperparams hps, MetadataSource metadata) {
    List<Path> all =
        AudioFiles.find(DataSettings.of(hps).directory(), new SkippedFiles(file -> {}));
    return all.stream().map(metadata::find).flatMap(Optional::stream).toList();
  }

  /** Tables as large as those of the checkpoint that the run begins from. */
  private static Hyperparams withRestored(
      Hyperparams hps, Optional<Path> restoredPrior, List<String> notes) {
    return restoredPrior
        .map(
            path ->
                withBins(
                    hps,
                    NameTables.known(hps, restoredPrior),
                    NameTables.genreWords(path),
                    ", as in the restored prior",
                    notes))
        .orElse(hps);
  }

  /** Tables with a row for every name of lists that are given. */
  private static Hyperparams withLists(
      Hyperparams hps, MetadataSource metadata, Path directory, List<String> notes) {
    boolean v3 = hps.booleanOf("labels_v3");
    int words = MetadataIds.derive(songs(hps, metadata), v3).maxGenreWords();
    NameTables lists = NameTables.of(ArtistGenreIds.read(directory, v3));
    return withBins(
        hps, lists, words, ", so that every genre and artist of the lists has a place", notes);
  }

  /** Tables with a row for every name, and a note where they grew. */
  private static Hyperparams withBins(
      Hyperparams hps, NameTables needed, int genreWords, String reason, List<String> notes) {
    NameTables given = NameTables.given(hps);
    int genres = Math.max(given.genres(), needed.genres());
    int artists = Math.max(given.artists(), needed.artists());
    int words = Math.max(hps.optionalInt("max_bow_genre_size").orElse(1), Math.max(1, genreWords));
    if (given.equals(new NameTables(genres, artists))
        && words == hps.optionalInt("max_bow_genre_size").orElse(1)) {
      return hps;
    }
    notes.add(
        "y_bins became " + genres + "," + artists + " and max_bow_genre_size " + words + reason);
    return HyperparamSets.standard()
        .override(hps, Map.of("y_bins", List.of(genres, artists), "max_bow_genre_size", words));
  }
}
