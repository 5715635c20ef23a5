package dev.jukebox.core.model;

import dev.jukebox.core.hparams.Hyperparams;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model is made of: hyperparameters and weight files.
 *
 * @param name what it is called
 * @param vqvae hyperparameters of the VQ-VAE
 * @param vqvaeWeights its file, or a directory or index of shards
 * @param priors hyperparameters of the priors, finest level first
 * @param priorWeights their files, in the same order
 * @param ids directory of artist and genre lists, if there is one
 */
public record ModelSpec(
    String name,
    Hyperparams vqvae,
    Path vqvaeWeights,
    List<Hyperparams> priors,
    List<Path> priorWeights,
    Optional<Path> ids) {

  public ModelSpec {
    priors = List.copyOf(priors);
    priorWeights = List.copyOf(priorWeights);
  }
}
