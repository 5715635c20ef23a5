package dev.jukebox.core.data;

import dev.jukebox.core.audio.AudioReader;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Future;

/** Measures files in background threads. */
final class DurationProbe {

  /** A file and its duration. */
  record Measured(Path file, double seconds) {}

  /** Fine enough for a duration, and an hour of music fits into a few megabytes. */
  private static final int COARSE_RATE = 1_000;

  private final Optional<DurationCache> cache;
  private final SkippedFiles skipped;

  DurationProbe(Optional<DurationCache> cache, SkippedFiles skipped) {
    this.cache = cache;
    this.skipped = skipped;
  }

  /** The files that can be decoded, in the order given. */
  List<Measured> measure(List<Path> files, int threads, DataListener listener) {
    List<Measured> measured = new ArrayList<>();
    try (Workers workers = new Workers("jukebox-durations", Math.min(threads, files.size()))) {
      List<Future<Optional<Measured>>> results = new ArrayList<>();
      for (Path file : files) {
        results.add(workers.submit(() -> measure(file)));
      }
      int done = 0;
      for (Future<Optional<Measured>> result : results) {
        Workers.result(result).ifPresent(measured::add);
        listener.measured(++done, files.size());
      }
    }
    return measured;
  }

  private Optional<Measured> measure(Path file) {
    try {
      return Optional.of(new Measured(file, seconds(file)));
    } catch (InvalidInputException | FileAccessException | ComputeException e) {
      skipped.addFile(new SkippedFile(file, e.getMessage()));
      return Optional.empty();
    }
  }

  private double seconds(Path file) {
    BasicFileAttributes attributes = attributes(file);
    OptionalDouble known =
        cache.map(c -> c.find(file, attributes)).orElseGet(OptionalDouble::empty);
    if (known.isPresent()) {
      return known.getAsDouble();
    }
    OptionalDouble stated =
        isStream(file) ? OptionalDouble.empty() : AudioReader.probe(file).seconds();
    double seconds = stated.isPresent() ? stated.getAsDouble() : decoded(file);
    cache.ifPresent(c -> c.put(file, attributes, seconds));
    return seconds;
  }

  /** Whether the format has no duration, so that what a reader says is a guess from the size. */
  private static boolean isStream(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".aac");
  }

  private static double decoded(Path file) {
    int length = AudioReader.load(file, COARSE_RATE, true).length();
    return Math.max(0, length - 1) / (double) COARSE_RATE;
  }

  private static BasicFileAttributes attributes(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
  }
}
