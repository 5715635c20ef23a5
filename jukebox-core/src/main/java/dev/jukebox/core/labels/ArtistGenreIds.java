package dev.jukebox.core.labels;

import dev.jukebox.core.files.Location;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The ids by which a model knows artists and genres; 0 is unknown.
 *
 * <pre>{@code
 * ArtistGenreIds ids = ArtistGenreIds.read(Path.of("ids"), false);
 * int artist = ids.artistId("Nova & The Tide", warnings::add);
 * int[] genres = ids.genreIds("Blues Rock", warnings::add); // one id a word in version 2
 * }</pre>
 *
 * <p>Version 2 knows names by their lower-case ASCII letters and digits joined by underscores, and
 * a genre by its words; version 3 knows both by the name in lower case.
 */
public final class ArtistGenreIds {

  private static final Pattern OTHER_CHARACTERS = Pattern.compile("[^a-z0-9]+");
  private static final String UNKNOWN = "unknown";

  private final boolean v3;
  private final Optional<IdList> artists;
  private final Optional<IdList> genres;

  private ArtistGenreIds(boolean v3, Optional<IdList> artists, Optional<IdList> genres) {
    this.v3 = v3;
    this.artists = artists;
    this.genres = genres;
  }

  /**
   * The lists in a directory: v2_artist_ids.txt and v2_genre_ids.txt (or v3_...), lines of {@code
   * name;id} in UTF-8; or, where those are not there, artists.json and genres.json of the Hugging
   * Face copies.
   *
   * @throws InvalidInputException if the directory has neither pair, or a list is malformed (with
   *     its line)
   */
  public static ArtistGenreIds read(Path directory, boolean v3) {
    return read(Location.of(directory), v3);
  }

  /** As {@link #read(Path, boolean)}, wherever the directory is. */
  public static ArtistGenreIds read(Location directory, boolean v3) {
    String version = v3 ? "v3" : "v2";
    Location artists = directory.resolve(version + "_artist_ids.txt");
    Location genres = directory.resolve(version + "_genre_ids.txt");
    if (artists.exists() && genres.exists()) {
      return new ArtistGenreIds(
          v3,
          Optional.of(IdListReader.readLines(artists)),
          Optional.of(IdListReader.readLines(genres)));
    }
    Location jsonArtists = directory.resolve("artists.json");
    Location jsonGenres = directory.resolve("genres.json");
    if (jsonArtists.exists() && jsonGenres.exists()) {
      return new ArtistGenreIds(
          v3,
          Optional.of(IdListReader.readJson(jsonArtists, v3)),
          Optional.of(IdListReader.readJson(jsonGenres, v3)));
    }
    throw new InvalidInputException(
        "The directory "
            + directory
            + " has neither "
            + artists.fileName()
            + " and "
            + genres.fileName()
            + " nor artists.json and genres.json; give the directory of the lists with --ids DIR");
  }

  /** Whether a directory has lists of a version. */
  public static boolean areIn(Path directory, boolean v3) {
    String version = v3 ? "v3" : "v2";
    return both(directory, version + "_artist_ids.txt", version + "_genre_ids.txt")
        || both(directory, "artists.json", "genres.json");
  }

  private static boolean both(Path directory, String artists, String genres) {
    return Files.exists(directory.resolve(artists)) && Files.exists(directory.resolve(genres));
  }

  /** No lists: every artist and genre is unknown. */
  public static ArtistGenreIds none(boolean v3) {
    return new ArtistGenreIds(v3, Optional.empty(), Optional.empty());
  }

  /** Whether names are those of version 3 rather than 2. */
  public boolean v3() {
    return v3;
  }

  /**
   * The artist's id; 0 where the name is not in the list, and then {@code warnings} is told the
   * nearest names.
   */
  public int artistId(String artist, Consumer<String> warnings) {
    return idOf("artist", artist, normalize(artist), artists, warnings);
  }

  /**
   * The genre's ids: one in version 3, one a word in version 2; 0 for each that is not in the list,
   * and then {@code warnings} is told the nearest names.
   */
  public int[] genreIds(String genre, Consumer<String> warnings) {
    return genreNames(genre).stream()
        .mapToInt(name -> idOf("genre", genre, name, genres, warnings))
        .toArray();
  }

  /** Every artist of the list with its id, in the order of the list; several may share an id. */
  public Map<String, Integer> artistIds() {
    return artists.map(IdList::ids).orElse(Map.of());
  }

  /** Every genre, or word of a genre, of the list with its id, in the order of the list. */
  public Map<String, Integer> genreIds() {
    return genres.map(IdList::ids).orElse(Map.of());
  }

  /** The names that the model knows a genre by: its words in version 2. */
  public List<String> genreNames(String genre) {
    String name = normalize(genre);
    return v3 ? List.of(name) : Arrays.asList(name.split("_", -1));
  }

  /** The name of an artist's id: all names that share it, or "unknown". */
  public String artistName(int id) {
    return artists.flatMap(list -> list.nameOf(id)).orElse(UNKNOWN);
  }

  /** The names of a genre's ids, without empty places (−1), joined by underscores. */
  public String genreName(int[] ids) {
    return Arrays.stream(ids)
        .filter(id -> id >= 0)
        .mapToObj(id -> genres.flatMap(list -> list.nameOf(id)).orElse(UNKNOWN))
        .collect(Collectors.joining("_"));
  }

  /** The known artists, alphabetically; names that share an id are joined by underscores. */
  public Collection<String> artistNames() {
    return names(artists);
  }

  /** The known genres, or words of genres, alphabetically. */
  public Collection<String> genreNames() {
    return names(genres);
  }

  /**
   * Refuses lists with ids that the model has no embeddings for.
   *
   * @param genreBins number of genres of the model
   * @param artistBins number of artists of the model
   */
  public void requireBelow(int genreBins, int artistBins) {
    requireBelow("genre", genres, genreBins);
    requireBelow("artist", artists, artistBins);
  }

  private void requireBelow(String kind, Optional<IdList> list, int bins) {
    list.filter(ids -> ids.greatestId() >= bins)
        .ifPresent(
            ids -> {
              throw new InvalidInputException(
                  "The list "
                      + ids.source()
                      + " has the "
                      + kind
                      + " id "
                      + ids.greatestId()
                      + " where the model knows only "
                      + bins
                      + (" " + kind)
                      + "s, so it is the list of another model");
            });
  }

  private int idOf(
      String kind, String given, String name, Optional<IdList> list, Consumer<String> warnings) {
    if (list.isEmpty()) {
      if (!name.isEmpty() && !name.equals(UNKNOWN)) {
        warnings.accept(missingLists());
      }
      return 0;
    }
    return list.get()
        .idOf(name)
        .orElseGet(
            () -> {
              warnings.accept(
                  "The "
                      + kind
                      + " \""
                      + given
                      + "\""
                      + (name.equals(given) ? "" : ", looked up as \"" + name + "\",")
                      + " is not in "
                      + list.get().source()
                      + " and is left unknown (id 0)"
                      + list.get().suggestion(name));
              return 0;
            });
  }

  /** The warning where there are no lists; the same for each name, so that it is shown once. */
  private static String missingLists() {
    return "There are no lists of artists and genres, so both are left unknown (id 0);"
        + " give the directory of the lists with --ids DIR";
  }

  /**
   * The name as the lists have it: in lower case; in version 2 its ASCII letters and digits joined
   * by underscores, which may leave nothing.
   */
  public String normalize(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (v3) {
      return lower;
    }
    String joined = OTHER_CHARACTERS.matcher(lower).replaceAll("_");
    int first = joined.startsWith("_") ? 1 : 0;
    int end =
        joined.length() > first && joined.endsWith("_") ? joined.length() - 1 : joined.length();
    return joined.substring(first, end);
  }

  private static Collection<String> names(Optional<IdList> list) {
    return list
        .map(ids -> (Collection<String>) new ArrayList<>(ids.names().values()))
        .orElse(List.of())
        .stream()
        .sorted()
        .toList();
  }
}
