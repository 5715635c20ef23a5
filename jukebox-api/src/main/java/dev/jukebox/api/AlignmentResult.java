package dev.jukebox.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which heads follow the lyrics.
 *
 * @param heads every head that attends to lyrics, the best first
 * @param written the description that now names the best one; empty if nothing was written
 */
public record AlignmentResult(List<AlignmentHead> heads, Optional<Path> written) {

  public AlignmentResult {
    heads = List.copyOf(heads);
  }

  /** The head with the highest score. */
  public AlignmentHead best() {
    return heads.get(0);
  }
}
