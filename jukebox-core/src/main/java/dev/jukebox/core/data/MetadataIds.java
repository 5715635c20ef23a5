package dev.jukebox.core.data;

import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.labels.ArtistGenreIds;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * New lists of artists and genres, made of what songs are said to be: names in alphabetical order
 * from id 1 on; 0 is unknown.
 *
 * <pre>{@code
 * MetadataIds lists = MetadataIds.derive(metadata.songs(), true);
 * lists.write(directory);
 * ArtistGenreIds ids = ArtistGenreIds.read(directory, true);
 * // A model for them has y_bins = (lists.genreBins(), lists.artistBins()).
 * }</pre>
 */
public final class MetadataIds {

  private final boolean v3;
  private final List<String> artists;
  private final List<String> genres;
  private final int maxGenreWords;
  private final List<String> nameless;

  private MetadataIds(
      boolean v3,
      SortedSet<String> artists,
      SortedSet<String> genres,
      int maxGenreWords,
      SortedSet<String> nameless) {
    this.v3 = v3;
    this.artists = withUnknown(artists);
    this.genres = withUnknown(genres);
    this.maxGenreWords = maxGenreWords;
    this.nameless = List.copyOf(nameless);
  }

  /**
   * The lists of all names.
   *
   * @param v3 whether names are kept as those of version 3, in lower case, rather than 2, their
   *     ASCII letters and digits, genres word by word
   * @throws InvalidInputException if a name of version 3 holds a line break
   */
  public static MetadataIds derive(Collection<SongMetadata> songs, boolean v3) {
    ArtistGenreIds rule = ArtistGenreIds.none(v3);
    SortedSet<String> artists = new TreeSet<>();
    SortedSet<String> genres = new TreeSet<>();
    SortedSet<String> nameless = new TreeSet<>();
    int words = 1;
    for (SongMetadata song : songs) {
      String artist = rule.normalize(song.artist().strip());
      List<String> genre = rule.genreNames(song.genre().strip());
      requireOneLine(song.artist(), artist);
      genre.forEach(word -> requireOneLine(song.genre(), word));
      if (artist.isEmpty()) {
        nameless.add(song.artist());
      }
      if (genre.contains("")) {
        nameless.add(song.genre());
      }
      artists.add(artist);
      genres.addAll(genre);
      words = Math.max(words, genre.size());
    }
    return new MetadataIds(v3, artists, genres, words, nameless);
  }

  /** The artists by id. */
  public List<String> artists() {
    return artists;
  }

  /** The genres, or the words of genres, by id. */
  public List<String> genres() {
    return genres;
  }

  /** The number of artists with the unknown one, the second of a model's y_bins. */
  public int artistBins() {
    return artists.size();
  }

  /** The number of genres with the unknown one, the first of a model's y_bins. */
  public int genreBins() {
    return genres.size();
  }

  /** The most ids of one song's genre, the least max_bow_genre_size of a model. */
  public int maxGenreWords() {
    return maxGenreWords;
  }

  /**
   * Names of which version 2 leaves nothing, such as those without a Latin letter; they are
   * unknown.
   */
  public List<String> nameless() {
    return nameless;
  }

  /**
   * Writes v2_artist_ids.txt and v2_genre_ids.txt, or v3_..., both or none.
   *
   * @throws FileAccessException if they cannot be written
   */
  public void write(Path directory) {
    String version = v3 ? "v3" : "v2";
    try (StagedFiles files = new StagedFiles()) {
      files.stage(directory.resolve(version + "_artist_ids.txt"), out -> write(artists, out));
      files.stage(directory.resolve(version + "_genre_ids.txt"), out -> write(genres, out));
      files.commit();
    }
  }

  private static void write(List<String> names, OutputStream out) throws IOException {
    for (int id = 0; id < names.size(); id++) {
      out.write((names.get(id) + ";" + id + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<String> withUnknown(SortedSet<String> names) {
    List<String> all = new ArrayList<>();
    all.add(SongMetadata.UNKNOWN_NAME);
    for (String name : names) {
      if (!name.isBlank() && !name.equals(SongMetadata.UNKNOWN_NAME)) {
        all.add(name);
      }
    }
    return List.copyOf(all);
  }

  private static void requireOneLine(String given, String name) {
    if (name.indexOf('\n') >= 0 || name.indexOf('\r') >= 0) {
      throw new InvalidInputException(
          "The name \""
              + given.replace("\n", "\\n").replace("\r", "\\r")
              + "\" of an artist or a genre holds a line break; write it in one line.");
    }
  }
}
