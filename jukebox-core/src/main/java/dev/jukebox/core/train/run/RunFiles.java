package dev.jukebox.core.train.run;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a run reads and writes.
 *
 * @param directory everything it writes is under it
 */
record RunFiles(Path directory) {
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint_.*\\.pth\\.tar");

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
   * Refuses to write over the checkpoints of another run.
   *
   * @param restored what this run begins from
   * @param restoreName the hyperparameter that names it
   * @throws InvalidInputException if there are checkpoints, and the run goes on from none of them
   */
  void requireOwn(Optional<Path> restored, String restoreName) {
    if (!Files.isDirectory(directory) || restored.filter(this::holds).isPresent()) {
      return;
    }
    Optional<Path> found = Files.exists(latest()) ? Optional.of(latest()) : newest(directory);
    found.ifPresent(
        path -> {
          throw new InvalidInputException(
              path
                  + " is the checkpoint of an earlier run, which this one would replace: give --"
                  + restoreName
                  + "="
                  + path
                  + " to go on from it, or another --name to begin anew, or delete it");
        });
  }

  /** Whether a file is one of the run's directory. */
  boolean holds(Path file) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try {
      Path own = directory.toRealPath();
      // A link in the directory is a file of it, as is a file that a link elsewhere leads to.
      return own.equals(file.toAbsolutePath().getParent().toRealPath())
          || own.equals(file.toRealPath().getParent());
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
  }

  /**
   * A file to begin from: a checkpoint, or a run's directory for its newest; fetched if it is named
   * by an address; empty if none is named.
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
    if (!Files.isDirectory(path)) {
      return Optional.of(path);
    }
    return Optional.of(
        newest(path)
            .orElseThrow(
                () ->
                    new FileAccessException(
                        name + " is " + path + ", which holds no checkpoint_*.pth.tar")));
  }

  private static Optional<Path> newest(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> CHECKPOINT.matcher(file.getFileName().toString()).matches())
          .max(Comparator.comparing(RunFiles::modified).thenComparing(Path::toString));
    } catch (IOException e) {
      throw FileErrors.cannotRead(directory, e);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
  }
}
