package dev.jukebox.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Options of a program: {@code --name value}, or {@code --name} alone at the end or before one. */
final class Arguments {
  private final Map<String, String> values = new LinkedHashMap<>();

  Arguments(String[] arguments, String... known) {
    List<String> names = List.of(known);
    List<String> rest = new ArrayList<>(List.of(arguments));
    while (!rest.isEmpty()) {
      String argument = rest.remove(0);
      String name = argument.startsWith("--") ? argument.substring(2) : "";
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "unknown option "
                + argument
                + ", expected --"
                + String.join(", --", new TreeSet<>(names)));
      }
      boolean alone = rest.isEmpty() || rest.get(0).startsWith("--");
      values.put(name, alone ? "true" : rest.remove(0));
    }
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  double number(String name, double otherwise) {
    return values.containsKey(name) ? Double.parseDouble(values.get(name)) : otherwise;
  }

  boolean flag(String name) {
    return values.containsKey(name);
  }

  Optional<Path> path(String name) {
    return Optional.ofNullable(values.get(name)).map(Path::of);
  }
}
