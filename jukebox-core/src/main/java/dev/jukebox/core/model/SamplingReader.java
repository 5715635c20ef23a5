package dev.jukebox.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.hparams.NearestName;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;

/** Reads what a description says of sampling. */
final class SamplingReader {
  private static final String SONGS = "songs";
  private static final String SECONDS = "sample_length_in_seconds";
  private static final String TOTAL_SECONDS = "total_sample_length_in_seconds";
  private static final String HOP_FRACTION = "hop_fraction";
  private static final String TEMP = "temp";
  private static final List<String> KEYS =
      List.of(SONGS, SECONDS, TOTAL_SECONDS, HOP_FRACTION, TEMP);
  private static final List<String> OF_SONG = List.of("artist", "genre", "lyrics");

  private final String source;
  private final int levels;

  /**
   * @param source the description's file, for messages
   */
  SamplingReader(String source, int levels) {
    this.source = source;
    this.levels = levels;
  }

  /** The defaults of the object "sampling"; none where it is missing. */
  SamplingDefaults read(JsonNode sampling) {
    if (sampling.isMissingNode()) {
      return SamplingDefaults.NONE;
    }
    require(sampling.isObject(), "\"sampling\" is not an object of " + String.join(", ", KEYS));
    requireKnown(sampling, KEYS);
    List<Double> hops = numbers(sampling, HOP_FRACTION);
    require(
        hops.isEmpty() || hops.size() == levels,
        "\"hop_fraction\" has " + hops.size() + " numbers where there are " + levels + " levels");
    List<Double> temps = numbers(sampling, TEMP);
    require(
        temps.size() <= 1 || temps.size() == levels,
        "\"temp\" has " + temps.size() + " numbers where there are " + levels + " levels");
    return new SamplingDefaults(
        songs(sampling.path(SONGS)),
        number(sampling, SECONDS),
        number(sampling, TOTAL_SECONDS),
        hops,
        temps);
  }

  private List<SamplingDefaults.Song> songs(JsonNode list) {
    require(list.isMissingNode() || list.isArray(), "\"songs\" is not a list");
    List<SamplingDefaults.Song> songs = new ArrayList<>();
    for (JsonNode song : list) {
      require(song.isObject(), "a song is not an object of " + String.join(", ", OF_SONG));
      requireKnown(song, OF_SONG);
      songs.add(
          new SamplingDefaults.Song(
              text(song, OF_SONG.get(0), "unknown"),
              text(song, OF_SONG.get(1), "unknown"),
              text(song, OF_SONG.get(2), "")));
    }
    return songs;
  }

  private String text(JsonNode song, String key, String otherwise) {
    JsonNode value = song.path(key);
    require(value.isMissingNode() || value.isTextual(), "\"" + key + "\" of a song is not a text");
    return value.isMissingNode() ? otherwise : value.textValue();
  }

  private OptionalDouble number(JsonNode sampling, String key) {
    JsonNode value = sampling.path(key);
    if (value.isMissingNode()) {
      return OptionalDouble.empty();
    }
    require(isPositive(value), "\"" + key + "\" is not a number above 0");
    return OptionalDouble.of(value.doubleValue());
  }

  private List<Double> numbers(JsonNode sampling, String key) {
    JsonNode list = sampling.path(key);
    require(list.isMissingNode() || list.isArray(), "\"" + key + "\" is not a list");
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : list) {
      require(isPositive(value), "\"" + key + "\" is not a list of numbers above 0");
      numbers.add(value.doubleValue());
    }
    return numbers;
  }

  private static boolean isPositive(JsonNode value) {
    return value.isNumber() && value.doubleValue() > 0 && Double.isFinite(value.doubleValue());
  }

  private void requireKnown(JsonNode node, List<String> known) {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      require(
          known.contains(name),
          "there is no \"" + name + "\"" + NearestName.suggestion(name, known));
    }
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw new InvalidInputException(source + ", sampling: " + otherwise);
    }
  }
}
