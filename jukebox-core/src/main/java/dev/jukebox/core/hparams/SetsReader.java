package dev.jukebox.core.hparams;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the tables hyperparameters.txt and sets.txt. */
final class SetsReader {

  private final Map<String, Hyperparameter> hyperparameters = new LinkedHashMap<>();
  private final Map<String, Map<String, Optional<Object>>> groups = new LinkedHashMap<>();
  private final Set<String> parts = new HashSet<>();

  private SetsReader() {}

  static HyperparamSets read() {
    SetsReader reader = new SetsReader();
    reader.readHyperparameters(lines("hyperparameters.txt"));
    reader.readGroups(lines("sets.txt"));
    reader.groups.keySet().removeAll(reader.parts);
    return new HyperparamSets(reader.hyperparameters, reader.groups);
  }

  private void readHyperparameters(List<String> lines) {
    for (String line : lines) {
      Hyperparameter known = Hyperparameter.ofLine(line);
      if (hyperparameters.put(known.name(), known) != null) {
        throw new IllegalStateException("hyperparameters.txt has " + known.name() + " twice");
      }
    }
  }

  private void readGroups(List<String> lines) {
    Map<String, Optional<Object>> current = new LinkedHashMap<>();
    for (String line : lines) {
      boolean part = line.startsWith("part ");
      if (part || line.startsWith("set ")) {
        current = new LinkedHashMap<>();
        String[] head = line.substring(line.indexOf(' ') + 1).split("=", -1);
        String name = head[0].strip();
        if (head.length > 1) {
          for (String base : head[1].split("\\+", -1)) {
            current.putAll(groups.get(base.strip()));
          }
        }
        groups.put(name, current);
        if (part) {
          parts.add(name);
        }
      } else {
        String[] entry = line.split("=", 2);
        String name = entry[0].strip();
        current.put(name, hyperparameters.get(name).parse(entry[1].strip()));
      }
    }
  }

  /** The lines that are neither blank nor a comment nor a heading, stripped. */
  private static List<String> lines(String resource) {
    try (InputStream in = SetsReader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileAccessException(
            "The resource " + resource + " is missing from the jukebox-core jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("["))
          .toList();
    } catch (IOException e) {
      throw new FileAccessException("The resource " + resource + " could not be read", e);
    }
  }
}
