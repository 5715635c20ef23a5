package dev.jukebox.core.data;

import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.error.InvalidInputException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The numbers that a model is told of a chunk. */
final class SongLabels {

  private static final int WARNINGS_SHOWN = 10;

  private final Labeller labeller;
  private final MetadataSource metadata;

  SongLabels(Labeller labeller, MetadataSource metadata) {
    this.labeller = labeller;
    this.metadata = metadata;
  }

  /** The number of entries of a y. */
  int length() {
    return labeller.yLength();
  }

  long[] of(Song song, long offset) {
    return labeller.label(metadata(song, offset)).y();
  }

  /**
   * Labels every song once, so that what is wrong with one is known before the first step.
   *
   * @throws InvalidInputException that names the file whose metadata the model cannot take
   */
  void check(List<Song> songs, DataListener listener) {
    if (labeller.yLength() == 0) {
      return;
    }
    int undescribed = 0;
    Set<String> warnings = new LinkedHashSet<>();
    for (Song song : songs) {
      if (metadata.find(song.file()).isEmpty()) {
        undescribed++;
      }
      try {
        warnings.addAll(labeller.label(metadata(song, 0)).warnings());
      } catch (InvalidInputException e) {
        throw new InvalidInputException(song.file() + ": " + e.getMessage(), e);
      }
    }
    if (undescribed > 0) {
      listener.warning(
          undescribed
              + " of "
              + songs.size()
              + " songs have no metadata and get an unknown artist and genre, and no lyrics.");
    }
    warnings.stream().limit(WARNINGS_SHOWN).forEach(listener::warning);
    if (warnings.size() > WARNINGS_SHOWN) {
      listener.warning(
          (warnings.size() - WARNINGS_SHOWN) + " more names of artists or genres are unknown.");
    }
  }

  private Metadata metadata(Song song, long offset) {
    SongMetadata known = metadata.find(song.file()).orElse(SongMetadata.UNKNOWN);
    return new Metadata(known.artist(), known.genre(), known.lyrics(), song.length(), offset);
  }
}
