package dev.jukebox.core.model;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model that a file describes, in JSON:
 *
 * <pre>{@code
 * {
 *   "name": "mine",
 *   "vqvae": {"hps": ["small_vqvae"], "restore_vqvae": "vqvae.pth.tar"},
 *   "priors": [
 *     {"hps": ["small_upsampler"], "labels": false, "restore_prior": "level_0.pth.tar"},
 *     {"hps": ["small_prior"], "labels": false, "restore_prior": "level_1.pth.tar"}
 *   ],
 *   "ids": "ids",
 *   "sampling": {
 *     "songs": [{"artist": "Nova", "genre": "waltz", "lyrics": "la la la"}],
 *     "sample_length_in_seconds": 24,
 *     "total_sample_length_in_seconds": 60
 *   }
 * }
 * }</pre>
 *
 * <p>The VQ-VAE and each prior, finest level first, name their sets of hyperparameters in {@code
 * hps} and override any by name; {@code ids}, if given, is the directory of artist and genre lists.
 * {@code sampling}, if given, is what is sampled where nobody says otherwise; it may also have
 * {@code hop_fraction} and {@code temp}, lists of one number for each level, finest first. Paths
 * are relative to the file's directory; a file of the original's release may be named by its
 * address, and is fetched once. A prior's {@code level} and {@code sr} follow from its place and
 * the VQ-VAE unless they are given. A level whose prior is not trained yet is {@code null}; the
 * levels below one that is there, and encoding and decoding, work all the same.
 */
public final class ModelFile {

  static final long LARGEST = 1 << 20;

  private ModelFile() {}

  /**
   * As {@link #read(Path, ModelCache, Optional, Consumer)}, with the standard cache and warnings
   * unheard.
   */
  public static ModelSpec read(Path file) {
    return read(file, ModelCache.standard(), Optional.empty(), warning -> {});
  }

  /**
   * The model of a file.
   *
   * @param cache where files that are named by an address are kept
   * @param ids directory of artist and genre lists, in place of what the file names
   * @param warnings is told if the artist and genre lists could not be fetched
   * @throws InvalidInputException if the file is not JSON (with line and column), names something
   *     unknown (with the nearest known name) or contradicts itself (with the numbers)
   * @throws FileAccessException if the file, or a file that it names, is not there
   */
  public static ModelSpec read(
      Path file, ModelCache cache, Optional<Path> ids, Consumer<String> warnings) {
    Path directory = file.toAbsolutePath().getParent();
    ModelDescription description = ModelDescription.parse(file.toString(), text(file));
    return new ModelFiles(Location.of(directory), ids, cache, warnings).resolve(description);
  }

  /** The text of a description, which may be wrong. */
  public static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new InvalidInputException(
            file + " is larger than 1 MiB, so it is not the description of a model");
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          file + " is not text in UTF-8, so it is not the description of a model", e);
    } catch (IOException e) {
      throw new FileAccessException(
          "The description of a model, " + file + ", could not be read: " + e, e);
    }
  }
}
