package dev.jukebox.core.model.cache;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of the original's release.
 *
 * @param path such as {@code 5b/vqvae.pth.tar}
 * @param size bytes, where known
 * @param copy a repository with the same tensors in shards
 */
record ReleasedFile(String path, OptionalLong size, Optional<Copy> copy) {

  /** What the addresses in the original's hyperparameters begin with. */
  static final String ORIGIN = "https://openaipublic.azureedge.net/jukebox/models/";

  /**
   * Tensors in a repository.
   *
   * @param repository owner and name
   * @param prefix what the names of the tensors begin with
   */
  record Copy(String repository, String prefix) {}

  /** What is known of a file that is fetched from {@link #ORIGIN}. */
  static ReleasedFile of(String path) {
    return all().stream()
        .filter(file -> file.path().equals(path))
        .findFirst()
        .orElseGet(() -> new ReleasedFile(path, OptionalLong.empty(), Optional.empty()));
  }

  private static List<ReleasedFile> all() {
    return Tables.lines("released.txt").stream()
        .map(line -> line.split("\\s+", -1))
        .map(
            words ->
                new ReleasedFile(
                    words[0],
                    words[1].equals("-")
                        ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseLong(words[1])),
                    words[2].equals("-")
                        ? Optional.empty()
                        : Optional.of(new Copy(words[2], words[3]))))
        .toList();
  }
}
