package dev.jukebox.core.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads metadata from lines of JSON objects. */
final class JsonMetadata {

  private JsonMetadata() {}

  static MetadataTable parse(Path file, String text) {
    ObjectReader reader =
        new ObjectMapper()
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    List<MetadataRow> rows = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        MetadataRow row = row(file, i + 1, reader, lines.get(i));
        rows.add(row);
        names.addAll(row.values().keySet());
      }
    }
    return new MetadataTable(rows, MetadataTable.unknown(names));
  }

  private static MetadataRow row(Path file, int line, ObjectReader reader, String text) {
    JsonNode object;
    try {
      object = reader.readTree(text);
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw MetadataTable.error(
          file, line, "not valid JSON" + where + ": " + e.getOriginalMessage());
    }
    if (!object.isObject()) {
      throw MetadataTable.error(
          file, line, "a song is an object such as {\"file\": \"a.mp3\", \"artist\": \"Nova\"}");
    }
    Map<String, String> texts = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode value = entry.getValue();
      if (MetadataTable.COLUMNS.contains(entry.getKey()) && !value.isTextual() && !value.isNull()) {
        throw MetadataTable.error(
            file, line, "\"" + entry.getKey() + "\" is " + value + " where a text is needed");
      }
      if (!value.asText("").isBlank() || !value.isValueNode()) {
        texts.put(entry.getKey(), value.asText(""));
      }
    }
    return new MetadataRow(line, texts);
  }
}
