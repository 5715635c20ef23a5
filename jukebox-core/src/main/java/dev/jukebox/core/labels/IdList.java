package dev.jukebox.core.labels;

import dev.jukebox.core.hparams.NearestName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The names of one kind and their ids, 0 for what is unknown; several names may share an id. */
final class IdList {
  /** So many names a sentence can hold. */
  private static final int FEW = 16;

  private final String source;
  private final Map<String, Integer> ids;

  /**
   * @param source the file, for messages
   * @param ids lower-case names and their ids
   */
  IdList(String source, Map<String, Integer> ids) {
    this.source = source;
    this.ids = Collections.unmodifiableMap(new LinkedHashMap<>(ids));
  }

  String source() {
    return source;
  }

  OptionalInt idOf(String name) {
    Integer id = ids.get(name);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Names and their ids, in the order of the file. */
  Map<String, Integer> ids() {
    return ids;
  }

  int greatestId() {
    return ids.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Every name of the id in alphabetical order, joined by underscores. */
  Optional<String> nameOf(int id) {
    List<String> names =
        ids.entrySet().stream()
            .filter(entry -> entry.getValue() == id)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    return names.isEmpty() ? Optional.empty() : Optional.of(String.join("_", names));
  }

  /** All names by id. */
  Map<Integer, String> names() {
    return ids.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getValue,
                TreeMap::new,
                Collectors.mapping(Map.Entry::getKey, Collectors.joining("_"))));
  }

  /** The end of a sentence about an unknown name: the nearest, and all where they are few. */
  String suggestion(String name) {
    List<String> known = ids.keySet().stream().filter(other -> ids.get(other) != 0).toList();
    String nearest = NearestName.suggestion(name, known, Math.min(3, known.size()));
    return known.isEmpty() || known.size() > FEW
        ? nearest
        : nearest + " All that are known: " + String.join(", ", known);
  }
}
