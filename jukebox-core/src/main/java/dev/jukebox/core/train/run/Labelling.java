package dev.jukebox.core.train.run;

import dev.jukebox.core.data.AudioFiles;
import dev.jukebox.core.data.DataSettings;
import dev.jukebox.core.data.MetadataIds;
import dev.jukebox.core.data.MetadataSource;
import dev.jukebox.core.data.SkippedFiles;
import dev.jukebox.core.data.SongMetadata;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.labels.Labeller;
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

  /** No labels. */
  private static Labelling none(Hyperparams hps) {
    return new Labelling(hps, Labeller.empty(), MetadataSource.none(), Optional.empty(), List.of());
  }

  /**
   * Finds lists of artists and genres, or makes them of the metadata.
   *
   * @param restoredPrior the checkpoint that the run begins from, beside which its lists may be
   */
  static Labelling of(
      TrainSetup setup, Hyperparams hps, RunFiles files, Optional<Path> restoredPrior) {
    if (!hps.booleanOf("prior") || !hps.booleanOf("labels")) {
      return none(hps);
    }
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
    if (given.isPresent()) {
      Labeller labeller = Labeller.of(hps, sampleLength, given);
      return new Labelling(hps, labeller, metadata, given, List.of());
    }
    List<String> notes = new ArrayList<>();
    MetadataIds derived = derive(hps, metadata);
    derived.write(files.ids());
    Hyperparams grown = withBins(hps, derived, notes);
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

  private static MetadataIds derive(Hyperparams hps, MetadataSource metadata) {
    List<Path> all =
        AudioFiles.find(DataSettings.of(hps).directory(), new SkippedFiles(file -> {}));
    List<SongMetadata> songs = all.stream().map(metadata::find).flatMap(Optional::stream).toList();
    return MetadataIds.derive(songs, hps.booleanOf("labels_v3"));
  }

  /** Tables with a row for every name. */
  private static Hyperparams withBins(Hyperparams hps, MetadataIds ids, List<String> notes) {
    int[] bins = hps.intsOf("y_bins");
    int genres = Math.max(bins.length == 2 ? bins[0] : 1, ids.genreBins());
    int artists = Math.max(bins.length == 2 ? bins[1] : 1, ids.artistBins());
    int words =
        Math.max(hps.optionalInt("max_bow_genre_size").orElse(1), Math.max(1, ids.maxGenreWords()));
    if (bins.length == 2
        && genres == bins[0]
        && artists == bins[1]
        && words == hps.optionalInt("max_bow_genre_size").orElse(1)) {
      return hps;
    }
    notes.add(
        "y_bins became "
            + genres
            + ","
            + artists
            + " and max_bow_genre_size "
            + words
            + ", so that every genre and artist of the metadata has a place");
    return HyperparamSets.standard()
        .override(hps, Map.of("y_bins", List.of(genres, artists), "max_bow_genre_size", words));
  }
}
