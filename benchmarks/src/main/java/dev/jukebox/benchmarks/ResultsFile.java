package dev.jukebox.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Results for programs: one JSON object a line, appended to a file, if there is one. */
final class ResultsFile {
  private final Optional<Path> path;

  ResultsFile(Optional<Path> path) {
    this.path = path;
  }

  /** Appends a result; Optional values are left out where they are empty. */
  void add(String benchmark, Map<String, ?> values) {
    if (path.isEmpty()) {
      return;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("benchmark", benchmark);
    values.forEach(
        (name, value) -> {
          if (value instanceof Optional<?> optional) {
            optional.ifPresent(present -> line.put(name, present));
          } else {
            line.put(name, value);
          }
        });
    try {
      Files.writeString(
          path.get(),
          JsonMapper.builder().build().writeValueAsString(line) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
