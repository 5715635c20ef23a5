package dev.jukebox.core.labels;

import dev.jukebox.core.files.Location;
import java.util.List;

/** The files by which a model knows artists, genres and lyric characters. */
public final class LabelFiles {

  private static final List<String> NAMES =
      List.of(
          "v2_artist_ids.txt",
          "v2_genre_ids.txt",
          "v3_artist_ids.txt",
          "v3_genre_ids.txt",
          "artists.json",
          "genres.json",
          LyricCharacters.FILE);

  private LabelFiles() {}

  /** The names of those that a directory has. */
  public static List<String> in(Location directory) {
    return NAMES.stream().filter(name -> directory.resolve(name).exists()).toList();
  }
}
