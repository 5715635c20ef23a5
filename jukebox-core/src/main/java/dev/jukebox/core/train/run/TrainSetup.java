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
 *     lists made of the metadata, which are also made where it has a lyric_characters.txt alone
 * @param cache where files that are named by an address are kept
 * @param extendIds whether artists and genres of the metadata that the lists do not have are
 *     appended to them, so that a trained prior is fine-tuned with new names
 */
public record TrainSetup(
    Hyperparams hps,
    Optional<MetadataSource> metadata,
    Optional<Path> ids,
    ModelCache cache,
    boolean extendIds) {

  /** A run with the lists as they are. */
  public TrainSetup(
      Hyperparams hps, Optional<MetadataSource> metadata, Optional<Path> ids, ModelCache cache) {
    this(hps, metadata, ids, cache, false);
  }

  /** This, with names of the metadata appended to the lists. */
  public TrainSetup extendingIds() {
    return new TrainSetup(hps, metadata, ids, cache, true);
  }

  /** A run with the metadata beside the music, and lists made of them. */
  public static TrainSetup of(Hyperparams hps) {
    return new TrainSetup(hps, Optional.empty(), Optional.empty(), ModelCache.standard());
  }
}
