package dev.jukebox.core.train.run;

import dev.jukebox.core.checkpoint.TrainingState;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes a run's checkpoints, and beside a prior's the description to sample by. */
final class Saver {
  private final Hyperparams hps;
  private final RunFiles files;
  private final Trainee trainee;
  private final Optimizer optimizer;
  private final ModelCache cache;
  private final Optional<Path> ids;
  private final Optional<Path> restored;
  private final Consumer<String> warnings;
  private Optional<Path> last = Optional.empty();

  /**
   * @param restored the checkpoint that the run began from
   * @param warnings told what went wrong beside a checkpoint that is whole
   */
  Saver(
      Hyperparams hps,
      RunFiles files,
      Trainee trainee,
      Optimizer optimizer,
      ModelCache cache,
      Optional<Path> ids,
      Optional<Path> restored,
      Consumer<String> warnings) {
    this.hps = hps;
    this.files = files;
    this.trainee = trainee;
    this.optimizer = optimizer;
    this.cache = cache;
    this.ids = ids;
    this.restored = restored;
    this.warnings = warnings;
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
   * @throws FileAccessException if it cannot be written; it names the last good one, which stays
   */
  Path save(Progress progress) {
    try {
      return write(progress);
    } catch (FileAccessException e) {
      String reason = e.getMessage().replaceFirst("\\.$", "");
      throw new FileAccessException(
          last.or(() -> restored)
              .map(path -> reason + "; the last good checkpoint is " + path)
              .orElse(reason),
          e);
    }
  }

  private Path write(Progress progress) {
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
      nameLatest(path);
    }
    return path;
  }

  /** The checkpoint of the step is what was saved, with or without a second name. */
  private void nameLatest(Path path) {
    try {
      LatestName.give(path, files.latest());
    } catch (FileAccessException e) {
      warnings.accept(
          path + " was saved, but has no second name: " + e.getMessage().replaceFirst("\\.$", ""));
    }
  }
}
