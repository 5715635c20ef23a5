package dev.jukebox.core.model;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.Hyperparams;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a model is made of: hyperparameters and weight files. A model whose training goes on may
 * have no prior yet at some levels, or at none.
 *
 * @param name what it is called
 * @param vqvae hyperparameters of the VQ-VAE
 * @param vqvaeWeights its file, or a directory or index of shards
 * @param priors one entry a level, finest first; empty where there is no prior
 * @param ids directory of artist and genre lists, if there is one
 * @param sampling what is sampled where nobody says otherwise
 */
public record ModelSpec(
    String name,
    Hyperparams vqvae,
    Location vqvaeWeights,
    List<Optional<PriorSpec>> priors,
    Optional<Location> ids,
    SamplingDefaults sampling) {

  public ModelSpec {
    priors = List.copyOf(priors);
  }

  /** The levels that have a prior, finest first. */
  public List<Integer> priorLevels() {
    return IntStream.range(0, priors.size())
        .filter(level -> priors.get(level).isPresent())
        .boxed()
        .toList();
  }
}
