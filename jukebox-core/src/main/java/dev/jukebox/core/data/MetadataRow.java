package dev.jukebox.core.data;

import java.util.Map;

/**
 * What one line of a metadata file tells.
 *
 * @param line the line in which it begins, from 1
 * @param values texts by column; columns without text are left out
 */
record MetadataRow(int line, Map<String, String> values) {

  static final String FILE = "file";
  static final String ARTIST = "artist";
  static final String GENRE = "genre";
  static final String LYRICS = "lyrics";
  static final String LYRICS_FILE = "lyrics_file";

  MetadataRow {
    values = Map.copyOf(values);
  }

  /** The text of a column, empty where there is none. */
  String get(String column) {
    return values.getOrDefault(column, "");
  }
}
