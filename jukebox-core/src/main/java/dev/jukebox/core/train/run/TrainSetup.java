package dev.jukebox.core.train.run;

import dev.jukebox.core.data.MetadataSource;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run is to do.
 *
 * @param hps all hyperparameters, as of {@code HyperparamSets.resolve}
 * @param metadata artists, genres and lyrics of songs; empty for a file beside the music
 * @param ids directory of artist and genre lists; empty for those beside the restored prior, or
 *     lists made of the metadata
 * @param cache where files that are named by an address are kept
 */
public record TrainSetup(
    Hyperparams hps, Optional<MetadataSource> metadata, Optional<Path> ids, ModelCache cache) {

  /** A run with the metadata beside the music, and lists made of them. */
  public static TrainSetup of(Hyperparams hps) {
    return new TrainSetup(hps, Optional.empty(), Optional.empty(), ModelCache.standard());
  }
}
