package dev.jukebox.core.train.run;

import dev.jukebox.core.checkpoint.TrainingState;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.core.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes a run's checkpoints, and beside a prior's the description to sample by. */
final class Saver {
  private final Hyperparams hps;
  private final RunFiles files;
  private final Trainee trainee;
  private final Optimizer optimizer;
  private final ModelCache cache;
  private final Optional<Path> ids;
  private Optional<Path> last = Optional.empty();

  Saver(
      Hyperparams hps,
      RunFiles files,
      Trainee trainee,
      Optimizer optimizer,
      ModelCache cache,
      Optional<Path> ids) {
    this.hps = hps;
    this.files = files;
    this.trainee = trainee;
    this.optimizer = optimizer;
    this.cache = cache;
    this.ids = ids;
  }

  /** Where everything is. */
  RunFiles files() {
    return files;
  }

  /** The last checkpoint that was written. */
  Optional<Path> last() {
    return last;
  }

  /** The description to sample by; empty for a VQ-VAE, or before the first checkpoint. */
  Optional<Path> model() {
    return last.filter(path -> hps.booleanOf("prior")).map(path -> files.model());
  }

  /**
   * Writes a checkpoint, whole or not at all.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be written; earlier ones stay
   */
  Path save(Progress progress) {
    boolean prior = hps.booleanOf("prior");
    Path path = prior ? files.latest() : files.step(optimizer.steps());
    try {
      Files.createDirectories(files.directory());
    } catch (IOException e) {
      throw FileErrors.cannotWrite(files.directory(), e);
    }
    Map<String, Object> extras = new LinkedHashMap<>(trainee.extras());
    extras.putAll(progress.extras());
    TrainingState.of(hps, trainee.parameters(), trainee.layout(), optimizer, extras).write(path);
    last = Optional.of(path);
    if (prior) {
      Path vqvae = RunFiles.restored(hps, "restore_vqvae", cache).orElseThrow();
      ModelJson.write(files.model(), hps, path, vqvae, ids);
    } else {
      StagedFiles.write(files.latest(), out -> Files.copy(path, out));
    }
    return path;
  }
}
