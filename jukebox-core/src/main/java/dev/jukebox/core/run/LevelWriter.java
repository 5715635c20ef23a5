package dev.jukebox.core.run;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.WavFile;
import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.sample.LevelResult;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a run's files as the original lays them out: {@code level_N/} with sounds, data and page
 * as each level finishes, and {@code partial.pth.tar}, from which a run that was ended can be
 * continued, as each window finishes.
 */
public final class LevelWriter {
  private static final long PARTIAL_EVERY_NANOS = 20_000_000_000L;

  private final Path directory;
  private final String model;
  private final VqVaeConfig config;
  private long partialWritten = System.nanoTime();

  private LevelWriter(Path directory, String model, VqVaeConfig config) {
    this.directory = directory;
    this.model = model;
    this.config = config;
  }

  /**
   * A writer into a directory, which is made, and found to be writable, now.
   *
   * @throws FileAccessException if it cannot be written
   */
  public static LevelWriter open(Path directory, String model, VqVaeConfig config) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new FileAccessException("cannot make " + directory + ": " + e.getMessage(), e);
    }
    return new LevelWriter(directory, model, config);
  }

  /** Keeps the codes of a run that goes on, at most every 20 s. */
  public void windowFinished(Codes codes) {
    if (System.nanoTime() - partialWritten > PARTIAL_EVERY_NANOS) {
      partial(codes);
    }
  }

  /** Keeps the codes of a run that was stopped. */
  public void cancelled(Codes codes) {
    partial(codes);
  }

  private void partial(Codes codes) {
    CodesFile.write(partialFile(), codes);
    partialWritten = System.nanoTime();
  }

  private Path partialFile() {
    return directory.resolve("partial.pth.tar");
  }

  /** Writes a finished level and returns its directory. */
  public Path write(LevelResult result) {
    Path level = directory.resolve("level_" + result.level());
    try {
      Files.createDirectories(level);
    } catch (IOException e) {
      throw new FileAccessException("cannot make " + level + ": " + e.getMessage(), e);
    }
    for (int item = 0; item < result.audio().size(); item++) {
      WavFile.write(
          level.resolve("item_" + item + ".wav"),
          Audio.mono(config.sampleRate(), result.audio().get(item)));
    }
    PyTorchWriter.write(level.resolve("data.pth.tar"), SampleData.of(result));
    try {
      Files.deleteIfExists(partialFile());
    } catch (IOException e) {
      throw new FileAccessException("cannot delete " + partialFile() + ": " + e.getMessage(), e);
    }
    return level;
  }
}
