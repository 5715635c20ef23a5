package dev.jukebox.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.api.Song;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Reads the list of songs that {@code --metas} names. */
final class MetasFile {
  private static final Set<String> KEYS =
      Set.of("artist", "genre", "lyrics", "total_length", "offset");

  private MetasFile() {}

  static List<Song> read(Path file) {
    JsonNode root = parse(file);
    if (!root.isArray() || root.isEmpty()) {
      throw new InvalidInputException(
          file + " is no JSON list of songs, as [{\"artist\": ..., \"genre\": ...}]");
    }
    List<Song> songs = new ArrayList<>();
    for (JsonNode entry : root) {
      songs.add(song(file, songs.size(), entry));
    }
    return songs;
  }

  private static JsonNode parse(Path file) {
    try {
      return JsonMapper.builder().build().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          file + " is no JSON, line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new FileAccessException("cannot read the songs in " + file + ": " + e, e);
    }
  }

  private static Song song(Path file, int index, JsonNode entry) {
    for (Iterator<String> names = entry.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KEYS.contains(name)) {
        throw new InvalidInputException(
            file + ": song " + index + " has \"" + name + "\", expected " + KEYS);
      }
    }
    Song song =
        Song.of(text(file, index, entry, "artist"), text(file, index, entry, "genre"))
            .withLyrics(entry.has("lyrics") ? text(file, index, entry, "lyrics") : "")
            .withOffset(entry.has("offset") ? samples(file, index, entry, "offset") : 0);
    return entry.has("total_length")
        ? song.withTotalLength(samples(file, index, entry, "total_length"))
        : song;
  }

  private static String text(Path file, int index, JsonNode entry, String name) {
    JsonNode value = entry.path(name);
    if (!value.isTextual()) {
      throw new InvalidInputException(
          file + ": song " + index + " needs \"" + name + "\" as a text");
    }
    return value.textValue();
  }

  private static long samples(Path file, int index, JsonNode entry, String name) {
    JsonNode value = entry.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new InvalidInputException(
          file + ": song " + index + " needs \"" + name + "\" as a whole number of samples");
    }
    return value.longValue();
  }
}
