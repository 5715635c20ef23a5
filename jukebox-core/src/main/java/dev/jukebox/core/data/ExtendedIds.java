package dev.jukebox.core.data;

import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.labels.ArtistGenreIds;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lists of artists and genres of a trained model, with the names of new songs behind those that
 * it knows: every old name keeps its id, and a new one gets the next row that the model's table
 * does not have yet.
 *
 * <pre>{@code
 * ArtistGenreIds known = ArtistGenreIds.read(Path.of("ids"), true);
 * ExtendedIds lists = ExtendedIds.of(known, genreRows, artistRows, metadata.songs());
 * lists.write(directory);
 * // The model has y_bins = (lists.genreBins(), lists.artistBins()) from now on.
 * }</pre>
 */
public final class ExtendedIds {
  private final boolean v3;
  private final Extended artists;
  private final Extended genres;
  private final MetadataIds derived;

  private ExtendedIds(boolean v3, Extended artists, Extended genres, MetadataIds derived) {
    this.v3 = v3;
    this.artists = artists;
    this.genres = genres;
    this.derived = derived;
  }

  /**
   * The lists with every name of the songs.
   *
   * @param known the model's lists
   * @param genreRows rows of the model's table of genres, the first of its y_bins
   * @param artistRows rows of the model's table of artists, the second of its y_bins
   * @throws dev.jukebox.error.InvalidInputException if a name of version 3 holds a line break
   */
  public static ExtendedIds of(
      ArtistGenreIds known, int genreRows, int artistRows, Collection<SongMetadata> songs) {
    MetadataIds derived = MetadataIds.derive(songs, known.v3());
    return new ExtendedIds(
        known.v3(),
        Extended.of(known.artistIds(), artistRows, derived.artists()),
        Extended.of(known.genreIds(), genreRows, derived.genres()),
        derived);
  }

  /** One list: names with their ids, the new ones among them, and the rows of its table. */
  private record Extended(Map<String, Integer> ids, List<String> added, int rows) {

    static Extended of(Map<String, Integer> known, int rows, List<String> names) {
      Map<String, Integer> ids = new LinkedHashMap<>(known);
      List<String> added = new ArrayList<>();
      int next = Math.max(rows, 1);
      for (int id : known.values()) {
        next = Math.max(next, id + 1);
      }
      for (String name : names) {
        if (name.equals(SongMetadata.UNKNOWN_NAME)) {
          ids.putIfAbsent(name, 0);
        } else if (ids.putIfAbsent(name, next) == null) {
          added.add(name);
          next++;
        }
      }
      return new Extended(ids, added, next);
    }

    void write(OutputStream out) throws IOException {
      for (Map.Entry<String, Integer> entry : ids.entrySet()) {
        String line = entry.getKey() + ";" + entry.getValue() + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The artists that the model does not know yet, in the order of their ids. */
  public List<String> newArtists() {
    return List.copyOf(artists.added());
  }

  /**
   * The genres, or words of genres, that the model does not know yet, in the order of their ids.
   */
  public List<String> newGenres() {
    return List.copyOf(genres.added());
  }

  /** Rows of the table of artists, the second of the model's y_bins. */
  public int artistBins() {
    return artists.rows();
  }

  /** Rows of the table of genres, the first of the model's y_bins. */
  public int genreBins() {
    return genres.rows();
  }

  /** The most ids of one song's genre, the least max_bow_genre_size of the model. */
  public int maxGenreWords() {
    return derived.maxGenreWords();
  }

  /**
   * Writes v2_artist_ids.txt and v2_genre_ids.txt, or v3_..., both or none.
   *
   * @throws FileAccessException if they cannot be written
   */
  public void write(Path directory) {
    String version = v3 ? "v3" : "v2";
    try (StagedFiles files = new StagedFiles()) {
      files.stage(directory.resolve(version + "_artist_ids.txt"), artists::write);
      files.stage(directory.resolve(version + "_genre_ids.txt"), genres::write);
      files.commit();
    }
  }
}
