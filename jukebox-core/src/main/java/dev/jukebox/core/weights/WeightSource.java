package dev.jukebox.core.weights;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of one model by their original names, such as {@code
 * prior.transformer._attn_mods.7.attn.c_attn.w}, whatever the file calls them.
 *
 * <p>Paths may name a PyTorch file (legacy or zip, with or without {@code module.} prefixes), a
 * safetensors file, the index of a sharded checkpoint, or a directory that holds one of these as
 * Hugging Face repositories do.
 *
 * <pre>{@code
 * try (WeightSource weights = WeightSource.prior(Path.of("prior_level_2.pth.tar"), 2, 3)) {
 *   WeightReader reader = new WeightReader(weights);
 *   FileTensor embedding = reader.take("prior.x_emb.weight", 2048, 2048);
 * }
 * }</pre>
 */
public interface WeightSource extends AutoCloseable {

  /**
   * The original names, in the file's order; cannot be changed. Of lists for which the original has
   * two names it is the released models'.
   */
  Set<String> names();

  /**
   * The tensor of an original name, of which lists may have either.
   *
   * @throws CheckpointException if there is none
   */
  FileTensor get(String name);

  /** Where the tensors come from, for messages: a path. */
  String description();

  /** Ends access to tensors that were not looked at yet. */
  @Override
  void close();

  /**
   * The VQ-VAE of a file; of a file with several models, the one under {@code vqvae.}.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be read
   * @throws CheckpointException if it is damaged or holds no such model
   */
  static WeightSource vqvae(Path path) {
    return vqvae(Location.of(path));
  }

  /** As {@link #vqvae(Path)}, wherever the file is; a resource is a safetensors file. */
  static WeightSource vqvae(Location location) {
    return ModelSelection.vqvae().open(location);
  }

  /**
   * The prior of one level; of a file with several models, the one under {@code priors.} whose
   * number counts from the top level.
   *
   * @param path the file or directory
   * @param level the prior's level, 0 for the finest
   * @param levels the number of levels of the VQ-VAE
   * @throws dev.jukebox.error.FileAccessException if it cannot be read
   * @throws CheckpointException if it is damaged or holds no such model
   */
  static WeightSource prior(Path path, int level, int levels) {
    return prior(Location.of(path), level, levels);
  }

  /** As {@link #prior(Path, int, int)}, wherever the file is; a resource is a safetensors file. */
  static WeightSource prior(Location location, int level, int levels) {
    return ModelSelection.prior(level, levels).open(location);
  }

  /** A source over tensors that are already at hand, by their original names. */
  static WeightSource of(String description, Map<String, FileTensor> tensors) {
    return new NamedTensors(description, tensors, () -> {});
  }
}
