package dev.jukebox.core.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.jukebox.core.files.FileErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads metadata from lines of values between commas, semicolons or tabs, below a header. */
final class CsvMetadata {

  private CsvMetadata() {}

  static MetadataTable parse(Path file, String text) {
    List<String> header = List.of();
    List<MetadataRow> rows = new ArrayList<>();
    int line = 1;
    try (MappingIterator<String[]> lines = open(text)) {
      while (lines.hasNextValue()) {
        if (header.isEmpty()) {
          line = lines.getParser().currentLocation().getLineNr();
          header = header(file, line, lines.nextValue());
        } else {
          rows.add(row(file, line, header, lines.nextValue()));
        }
        // The parser has passed over empty lines and stands where the next values begin.
        line = lines.getParser().currentLocation().getLineNr();
      }
    } catch (JsonProcessingException e) {
      throw MetadataTable.error(file, line, "not valid CSV: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
    if (header.isEmpty()) {
      throw MetadataTable.error(
          file, 1, "a header is missing, such as \"file,artist,genre,lyrics\"");
    }
    return new MetadataTable(rows, MetadataTable.unknown(header));
  }

  private static MappingIterator<String[]> open(String text) throws IOException {
    return new CsvMapper()
        .enable(CsvParser.Feature.WRAP_AS_ARRAY)
        .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
        .readerFor(String[].class)
        .with(CsvSchema.emptySchema().withColumnSeparator(separator(text)))
        .readValues(text);
  }

  /** What spreadsheets write depends on the country: the first of them in the header. */
  private static char separator(String text) {
    String header = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    return header
        .chars()
        .filter(c -> c == ',' || c == ';' || c == '\t')
        .mapToObj(c -> (char) c)
        .findFirst()
        .orElse(',');
  }

  private static List<String> header(Path file, int line, String[] values) {
    List<String> names =
        Arrays.stream(values).map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    if (!names.contains(MetadataRow.FILE)) {
      throw MetadataTable.error(
          file,
          line,
          "the header names no column \"file\", only "
              + String.join(", ", names)
              + "; the columns are "
              + String.join(", ", MetadataTable.COLUMNS));
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw MetadataTable.error(
          file, line, "the header names a column twice: " + String.join(", ", names));
    }
    return names;
  }

  private static MetadataRow row(Path file, int line, List<String> header, String[] values) {
    if (values.length > header.size()) {
      throw MetadataTable.error(
          file,
          line,
          values.length
              + " values for the "
              + header.size()
              + " columns "
              + String.join(", ", header)
              + "; a text with separators in it needs quotes around it");
    }
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (!values[i].isBlank()) {
        texts.put(header.get(i), values[i]);
      }
    }
    return new MetadataRow(line, texts);
  }
}
