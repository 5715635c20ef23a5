package dev.jukebox.api;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Knows artist, genre and lyrics of the files that are trained on. Asked by several threads, many
 * times for each file, so that it should answer fast and always the same.
 *
 * <pre>{@code
 * SongDescriber byDirectory =
 *     file -> Optional.of(SongInfo.of(file.getParent().getFileName().toString(), "blues"));
 * }</pre>
 */
@FunctionalInterface
public interface SongDescriber {

  /** What is known of a file; empty for one of which nothing is. */
  Optional<SongInfo> describe(Path file);
}
