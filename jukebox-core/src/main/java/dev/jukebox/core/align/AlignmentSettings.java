package dev.jukebox.core.align;

import dev.jukebox.core.data.MetadataSource;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;

/**
 * What a search for the head that follows the lyrics looks at.
 *
 * @param directory where the songs are
 * @param metadata what knows their lyrics
 * @param windows how many windows of music are looked at in all
 * @param chunkSize positions that are computed at once
 */
public record AlignmentSettings(
    Path directory, MetadataSource metadata, int windows, int chunkSize) {
  private static final int WINDOWS = 12;
  private static final int CHUNK_SIZE = 128;

  public AlignmentSettings {
    if (windows < 1 || chunkSize < 1) {
      throw new InvalidInputException(
          "windows is "
              + windows
              + " and chunk_size "
              + chunkSize
              + ", expected both to be at least 1");
    }
  }

  /** Twelve windows of songs that the metadata beside them gives lyrics. */
  public static AlignmentSettings of(Path directory) {
    return new AlignmentSettings(directory, MetadataSource.beside(directory), WINDOWS, CHUNK_SIZE);
  }
}
