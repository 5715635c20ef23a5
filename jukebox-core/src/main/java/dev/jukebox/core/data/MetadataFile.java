package dev.jukebox.core.data;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Artists, genres and lyrics from a file beside the music: {@code metadata.csv}, values in UTF-8
 * below a header, quoted where they hold commas or newlines; or {@code metadata.jsonl}, an object a
 * line. Columns, or keys: file (below the directory of the metadata), artist, genre, and lyrics or
 * lyrics_file (a text file, named as file is). All but file may be left out or empty.
 *
 * <pre>{@code
 * file,artist,genre,lyrics_file
 * first/one.mp3,Nova & The Tide,blues rock,one.txt
 * "two, live.flac",Nova & The Tide,blues,
 *
 * MetadataFile metadata = MetadataFile.read(Path.of("music/metadata.csv"));
 * }</pre>
 */
public final class MetadataFile implements MetadataSource {

  static final String CSV_NAME = "metadata.csv";
  static final String JSONL_NAME = "metadata.jsonl";
  private static final int NAMES_SHOWN = 5;

  private final Path directory;
  private final Map<String, SongMetadata> songs;
  private final List<String> warnings;

  private MetadataFile(Path directory, Map<String, SongMetadata> songs, List<String> warnings) {
    this.directory = directory;
    this.songs = songs;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Reads a file whose name ends in {@code .csv} or {@code .jsonl}, and the lyrics that it names.
   *
   * @throws InvalidInputException if it is malformed, with its line
   * @throws FileAccessException if it cannot be read
   */
  public static MetadataFile read(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String text = Utf8File.read(file);
    MetadataTable table =
        name.endsWith(".jsonl") ? JsonMetadata.parse(file, text) : CsvMetadata.parse(file, text);
    Path directory = file.toAbsolutePath().normalize().getParent();
    Map<String, SongMetadata> songs = new LinkedHashMap<>();
    Map<String, Integer> lines = new HashMap<>();
    List<String> missing = new ArrayList<>();
    for (MetadataRow row : table.rows()) {
      String song = row.get(MetadataRow.FILE).strip();
      if (song.isEmpty()) {
        throw MetadataTable.error(file, row.line(), "\"file\" is empty");
      }
      String key = key(AudioFiles.relativeName(directory, resolve(file, row, directory, song)));
      Integer earlier = lines.putIfAbsent(key, row.line());
      if (earlier != null) {
        throw MetadataTable.error(
            file, row.line(), song + " was already described in line " + earlier);
      }
      songs.put(key, metadata(file, row, directory));
      if (!exists(directory, key)) {
        missing.add(song);
      }
    }
    return new MetadataFile(directory, songs, warnings(file, table, missing));
  }

  @Override
  public Optional<SongMetadata> find(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return Optional.ofNullable(songs.get(key(AudioFiles.relativeName(directory, absolute))));
  }

  /** What the file tells of each song, whether there is such a song or not. */
  public Collection<SongMetadata> songs() {
    return List.copyOf(songs.values());
  }

  /** Sentences about songs that are not there, and about columns without a meaning. */
  @Override
  public List<String> warnings() {
    return warnings;
  }

  private static SongMetadata metadata(Path file, MetadataRow row, Path directory) {
    String lyrics = row.get(MetadataRow.LYRICS);
    String lyricsFile = row.get(MetadataRow.LYRICS_FILE).strip();
    if (!lyricsFile.isEmpty()) {
      if (!lyrics.isEmpty()) {
        throw MetadataTable.error(
            file, row.line(), "both \"lyrics\" and \"lyrics_file\" are given; leave one empty");
      }
      Path path = resolve(file, row, directory, lyricsFile);
      if (!Files.isRegularFile(path)) {
        throw MetadataTable.error(
            file, row.line(), "there is no file " + path + " as \"lyrics_file\" says");
      }
      lyrics = Utf8File.read(path);
    }
    return new SongMetadata(
        orUnknown(row.get(MetadataRow.ARTIST)), orUnknown(row.get(MetadataRow.GENRE)), lyrics);
  }

  private static String orUnknown(String name) {
    return name.isBlank() ? SongMetadata.UNKNOWN_NAME : name.strip();
  }

  private static Path resolve(Path file, MetadataRow row, Path directory, String name) {
    try {
      return directory.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw MetadataTable.error(
          file, row.line(), "\"" + name + "\" cannot be the name of a file: " + e.getReason());
    }
  }

  /** Some systems store an accent apart from its letter, and editors join them. */
  private static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  private static boolean exists(Path directory, String key) {
    return Files.exists(directory.resolve(key))
        || Files.exists(directory.resolve(Normalizer.normalize(key, Normalizer.Form.NFD)));
  }

  private static List<String> warnings(Path file, MetadataTable table, List<String> missing) {
    List<String> warnings = new ArrayList<>();
    if (!table.unused().isEmpty()) {
      warnings.add(
          file
              + ": nothing is made of "
              + String.join(", ", table.unused())
              + "; what is known is "
              + String.join(", ", MetadataTable.COLUMNS)
              + ".");
    }
    if (!missing.isEmpty()) {
      int more = missing.size() - NAMES_SHOWN;
      warnings.add(
          file
              + " describes "
              + missing.size()
              + (missing.size() == 1 ? " song that is" : " songs that are")
              + " not there: "
              + String.join(", ", missing.subList(0, Math.min(NAMES_SHOWN, missing.size())))
              + (more > 0 ? " and " + more + " more." : "."));
    }
    return warnings;
  }
}
