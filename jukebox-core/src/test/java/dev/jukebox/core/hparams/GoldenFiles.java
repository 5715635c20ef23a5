package dev.jukebox.core.hparams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The golden files of the directory that the property jukebox.golden names. */
public final class GoldenFiles {

  private GoldenFiles() {}

  public static Path directory() {
    return Path.of(System.getProperty("jukebox.golden"));
  }

  public static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(directory().resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
