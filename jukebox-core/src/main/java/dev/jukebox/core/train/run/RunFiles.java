package dev.jukebox.core.train.run;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.FileAccessException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a run reads and writes.
 *
 * @param directory everything it writes is under it
 */
record RunFiles(Path directory) {

  static RunFiles of(Hyperparams hps) {
    return new RunFiles(Path.of(hps.stringOf("local_logdir"), hps.stringOf("name")));
  }

  /** Event files. */
  Path logs() {
    return directory.resolve("logs");
  }

  /** Artist and genre lists that the run made. */
  Path ids() {
    return directory.resolve("ids");
  }

  /** The description that samples are taken by. */
  Path model() {
    return directory.resolve("model.json");
  }

  /** The newest checkpoint, under a name that stays. */
  Path latest() {
    return directory.resolve("checkpoint_latest.pth.tar");
  }

  /**
   * A VQ-VAE's checkpoint after so many steps, which is kept as priors are trained on its codes.
   */
  Path step(long step) {
    return directory.resolve("checkpoint_step_" + step + ".pth.tar");
  }

  /**
   * A file to begin from, fetched if it is named by an address; empty if none is named.
   *
   * @throws FileAccessException if it is not there
   */
  static Optional<Path> restored(Hyperparams hps, String name, ModelCache cache) {
    String value = hps.stringOf(name);
    if (value.isBlank()) {
      return Optional.empty();
    }
    if (value.startsWith("https://") || value.startsWith("http://")) {
      return Optional.of(cache.file(value));
    }
    Path path = Path.of(value);
    if (!Files.exists(path)) {
      throw new FileAccessException(name + " is " + value + ", which does not exist");
    }
    return Optional.of(path);
  }
}
