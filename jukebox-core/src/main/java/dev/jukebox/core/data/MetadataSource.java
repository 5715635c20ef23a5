package dev.jukebox.core.data;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Knows artists, genres and lyrics of files. Asked by several threads, many times for each file.
 *
 * <pre>{@code
 * MetadataSource source = file ->
 *     Optional.of(new SongMetadata(file.getParent().getFileName().toString(), "blues", ""));
 * }</pre>
 */
@FunctionalInterface
public interface MetadataSource {

  /** What is known of a file; empty for one that is not described. */
  Optional<SongMetadata> find(Path file);

  /** Sentences for the user about what was read. */
  default List<String> warnings() {
    return List.of();
  }

  /** Knows nothing. */
  static MetadataSource none() {
    return file -> Optional.empty();
  }

  /**
   * What the file {@code metadata.csv} or {@code metadata.jsonl} in a directory of music tells;
   * nothing where there is neither.
   *
   * @throws InvalidInputException if there are both, or one is malformed, see {@link MetadataFile}
   * @throws FileAccessException if one cannot be read
   */
  static MetadataSource beside(Path directory) {
    Path csv = directory.resolve(MetadataFile.CSV_NAME);
    Path jsonl = directory.resolve(MetadataFile.JSONL_NAME);
    if (Files.exists(csv) && Files.exists(jsonl)) {
      throw new InvalidInputException(
          "The directory "
              + directory
              + " has both "
              + MetadataFile.CSV_NAME
              + " and "
              + MetadataFile.JSONL_NAME
              + "; leave one of them.");
    }
    if (Files.exists(csv)) {
      return MetadataFile.read(csv);
    }
    return Files.exists(jsonl) ? MetadataFile.read(jsonl) : none();
  }
}
