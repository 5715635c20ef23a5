package dev.jukebox.core.data;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The songs of a directory that are neither too short nor too long, in a fixed order.
 *
 * <pre>{@code
 * AudioCatalog catalog = AudioCatalog.scan(settings, Optional.of(logs), skipped, listener);
 * long hours = catalog.totalLength() / settings.sampleRate() / 3600;
 * }</pre>
 *
 * @param songs in the order of their names below the directory
 * @param tooShort how many files were left out as shorter than min_duration
 * @param tooLong how many files were left out as not shorter than max_duration
 */
public record AudioCatalog(List<Song> songs, int tooShort, int tooLong) {

  /** The file, in the directory given to {@link #scan}, that durations are kept in. */
  public static final String CACHE_NAME = "durations.json";

  public AudioCatalog {
    songs = List.copyOf(songs);
  }

  /**
   * Finds and measures the files of a directory.
   *
   * @param cacheDirectory where durations are kept for the next time, if anywhere
   * @param skipped told of files that cannot be opened
   * @param listener told of progress, and where durations cannot be kept
   * @throws InvalidInputException if the directory is missing, holds no audio, or no song of the
   *     durations asked for
   */
  public static AudioCatalog scan(
      DataSettings settings,
      Optional<Path> cacheDirectory,
      SkippedFiles skipped,
      DataListener listener) {
    List<Path> files = AudioFiles.find(settings.directory(), skipped);
    Optional<DurationCache> cache =
        cacheDirectory.map(directory -> DurationCache.open(directory.resolve(CACHE_NAME)));
    List<DurationProbe.Measured> measured;
    try {
      measured = new DurationProbe(cache, skipped).measure(files, settings.workers(), listener);
    } finally {
      cache.ifPresent(kept -> save(kept, listener));
    }
    if (measured.isEmpty()) {
      throw new InvalidInputException(
          "None of the "
              + files.size()
              + " audio files under "
              + settings.directory()
              + " can be decoded; the first: "
              + skipped.reasonOf(files.get(0)));
    }
    return filter(settings, measured);
  }

  /** Samples of all songs together. */
  public long totalLength() {
    return songs.stream().mapToLong(Song::length).sum();
  }

  private static AudioCatalog filter(DataSettings settings, List<DurationProbe.Measured> measured) {
    List<Song> songs = new ArrayList<>();
    int tooShort = 0;
    int tooLong = 0;
    // Labels hold times in single precision, in which a song must still be below the bound.
    float bound = (float) (settings.maxDuration() * settings.sampleRate());
    for (DurationProbe.Measured file : measured) {
      // A quotient such as 1000000/44100 times 44100 may end just below the integer.
      long length = (long) Math.floor(file.seconds() * settings.sampleRate() + 1e-4);
      if ((double) length / settings.sampleRate() < settings.minDuration()) {
        tooShort++;
      } else if ((float) length >= bound) {
        tooLong++;
      } else {
        songs.add(new Song(file.file(), length));
      }
    }
    if (songs.isEmpty()) {
      throw nothingLeft(settings, measured);
    }
    return new AudioCatalog(songs, tooShort, tooLong);
  }

  private static InvalidInputException nothingLeft(
      DataSettings settings, List<DurationProbe.Measured> measured) {
    double shortest =
        measured.stream().mapToDouble(DurationProbe.Measured::seconds).min().orElseThrow();
    double longest =
        measured.stream().mapToDouble(DurationProbe.Measured::seconds).max().orElseThrow();
    double chunk = (double) settings.sampleLength() / settings.sampleRate();
    String files =
        measured.size() == 1
            ? "the only audio file"
            : "every one of the " + measured.size() + " audio files";
    if (longest < chunk) {
      return new InvalidInputException(
          String.format(
              Locale.ROOT,
              "A sample_length of %d samples, %.2f s at %d Hz, is longer than %s under %s, the"
                  + " longest of which has %.2f s; make sample_length shorter or add longer files.",
              settings.sampleLength(),
              chunk,
              settings.sampleRate(),
              files,
              settings.directory(),
              longest));
    }
    return new InvalidInputException(
        String.format(
            Locale.ROOT,
            "No audio file under %s lasts at least min_duration, %.2f s, and less than"
                + " max_duration, %.2f s: of %d files the shortest has %.2f s and the longest %.2f"
                + " s.",
            settings.directory(),
            settings.minDuration(),
            settings.maxDuration(),
            measured.size(),
            shortest,
            longest));
  }

  private static void save(DurationCache cache, DataListener listener) {
    try {
      cache.save();
    } catch (FileAccessException e) {
      listener.warning("Durations are measured anew next time: " + e.getMessage());
    }
  }
}
