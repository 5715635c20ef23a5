package dev.jukebox.core.data;

import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The lines of a metadata file.
 *
 * @param rows in the order of the file
 * @param unused names of columns that mean nothing here
 */
record MetadataTable(List<MetadataRow> rows, Set<String> unused) {

  static final List<String> COLUMNS =
      List.of(
          MetadataRow.FILE,
          MetadataRow.ARTIST,
          MetadataRow.GENRE,
          MetadataRow.LYRICS,
          MetadataRow.LYRICS_FILE);

  MetadataTable {
    rows = List.copyOf(rows);
    unused = new TreeSet<>(unused);
  }

  /** Those of the names that are no column. */
  static Set<String> unknown(Collection<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    COLUMNS.forEach(unknown::remove);
    return unknown;
  }

  static InvalidInputException error(Path file, int line, String what) {
    return new InvalidInputException(file + ", line " + line + ": " + what + ".");
  }
}
