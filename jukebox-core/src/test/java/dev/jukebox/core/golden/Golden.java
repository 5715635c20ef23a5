package dev.jukebox.core.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The directory of golden numbers, and its files.
 *
 * <p>It is the directory in the system property {@code jukebox.golden} if that is set, otherwise
 * the copy among the test resources. Sizes come from its {@code hparams.json}.
 *
 * <pre>{@code
 * JsonNode hps = Golden.json("hparams.json").get("vqvae");
 * float[] x = Golden.npz("vqvae_io.npz").get("x").floats();
 * }</pre>
 */
public final class Golden {

  private Golden() {}

  /** The directory. */
  public static Path directory() {
    String property = System.getProperty("jukebox.golden", "");
    if (!property.isBlank() && !property.startsWith("${")) {
      return Path.of(property);
    }
    URL marker = Golden.class.getClassLoader().getResource("golden/hparams.json");
    if (marker == null || !marker.getProtocol().equals("file")) {
      throw new IllegalStateException(
          "no golden numbers: set -Djukebox.golden to a directory that has hparams.json");
    }
    try {
      return Path.of(marker.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file of the directory, which has to exist. */
  public static Path file(String name) {
    Path file = directory().resolve(name);
    if (!Files.exists(file)) {
      throw new IllegalStateException("no golden file " + file);
    }
    return file;
  }

  /** A JSON file of the directory. */
  public static JsonNode json(String name) {
    try {
      return JsonMapper.builder().build().readTree(Files.readAllBytes(file(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arrays of an .npz file of the directory, by name. */
  public static Map<String, NpyArray> npz(String name) {
    return NpyReader.npz(file(name));
  }
}
