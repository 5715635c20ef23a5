package dev.jukebox.core.model.cache;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The tables of this package: lines of words. */
final class Tables {

  private Tables() {}

  /** The lines that are neither blank nor a comment, stripped. */
  static List<String> lines(String resource) {
    try (InputStream in = Tables.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileAccessException(
            "The resource " + resource + " is missing from the jukebox-core jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new FileAccessException("The resource " + resource + " could not be read", e);
    }
  }
}
