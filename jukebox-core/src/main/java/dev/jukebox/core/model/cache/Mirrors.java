package dev.jukebox.core.model.cache;

import dev.jukebox.error.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * The places that have released files, in order: directories of the original's layout, and hosts of
 * Hugging Face repositories.
 */
final class Mirrors {

  private static final String HUB = "hub:";

  private final List<URI> directories = new ArrayList<>();
  private final List<URI> hubs = new ArrayList<>();

  /**
   * @param places addresses of directories; behind {@code hub:}, of hosts of repositories
   */
  Mirrors(List<String> places) {
    for (String place : places) {
      if (place.startsWith(HUB)) {
        hubs.add(directory(place.substring(HUB.length())));
      } else {
        directories.add(directory(place));
      }
    }
  }

  static List<String> standard() {
    return Tables.lines("mirrors.txt");
  }

  /** Where a released file may be, by its path such as {@code 5b/vqvae.pth.tar}. */
  List<URI> ofReleased(String path) {
    return directories.stream().map(base -> base.resolve(path)).toList();
  }

  /** Where a file of a repository may be. */
  List<URI> ofRepository(String repository, String file) {
    return hubs.stream().map(base -> base.resolve(repository + "/resolve/main/" + file)).toList();
  }

  boolean hasHub() {
    return !hubs.isEmpty();
  }

  private static URI directory(String place) {
    return address(place.endsWith("/") ? place : place + "/");
  }

  /** The address of a file or directory on a server. */
  static URI address(String text) {
    try {
      URI uri = new URI(text);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (web && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw notAnAddress(text, e);
    }
    throw notAnAddress(text, null);
  }

  private static InvalidInputException notAnAddress(String text, Exception cause) {
    return new InvalidInputException(
        "\"" + text + "\" is not the address of a file or directory on a server (https://...)",
        cause);
  }
}
