package dev.jukebox.core.train.run;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.FileAccessException;
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

  /** The checkpoint after so many steps: a prior has one, a VQ-VAE one for each. */
  Path checkpoint(boolean prior, long step) {
    return directory.resolve("checkpoint_" + (prior ? "latest" : "step_" + step) + ".pth.tar");
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
    return Optional.of(Files.isDirectory(path) ? newest(path, name) : path);
  }

  private static Path newest(Path directory, String name) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> CHECKPOINT.matcher(file.getFileName().toString()).matches())
          .max(Comparator.comparing(RunFiles::modified).thenComparing(Path::toString))
          .orElseThrow(
              () ->
                  new FileAccessException(
                      name + " is " + directory + ", which holds no checkpoint_*.pth.tar"));
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
