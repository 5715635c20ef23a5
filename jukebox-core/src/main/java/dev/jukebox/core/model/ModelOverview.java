package dev.jukebox.core.model;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a model that comes with the library consists of, and which of its files are here; nothing is
 * fetched to know.
 *
 * @param name the model
 * @param parts the VQ-VAE, then the priors, finest level first
 * @param sampling what is sampled where nobody says otherwise
 */
public record ModelOverview(String name, List<Part> parts, SamplingDefaults sampling) {

  public ModelOverview {
    parts = List.copyOf(parts);
  }

  /**
   * One file of a model.
   *
   * @param title what it is
   * @param address where it is published, or its name in the jar
   * @param cached where it is on this machine, if it is
   * @param parameters number of its parameters
   * @param cacheBytes bytes of the key/value caches of one item, in fp32; 0 for the VQ-VAE
   */
  public record Part(
      String title, String address, Optional<Path> cached, long parameters, long cacheBytes) {}

  /** The overview of a released model. */
  public static ModelOverview of(String name, ModelCache cache) {
    return of(name, NamedModels.description(name), cache::find);
  }

  /**
   * The overview of a description.
   *
   * @param find where a file that the description names is, if it is here
   */
  static ModelOverview of(
      String name, ModelDescription description, Function<String, Optional<Path>> find) {
    Hyperparams vqvae = description.vqvae();
    List<Part> parts = new ArrayList<>();
    parts.add(
        part("VQ-VAE", vqvae.stringOf("restore_vqvae"), find, ParameterCount.vqvae(vqvae), 0));
    for (Hyperparams prior : description.priors().stream().flatMap(Optional::stream).toList()) {
      parts.add(
          part(
              "prior of level " + prior.intOf("level"),
              prior.stringOf("restore_prior"),
              find,
              ParameterCount.prior(prior, vqvae),
              KeyValueCacheSize.bytesPerSample(prior, Float.BYTES)));
    }
    return new ModelOverview(name, parts, description.sampling());
  }

  private static Part part(
      String title,
      String address,
      Function<String, Optional<Path>> find,
      long parameters,
      long cacheBytes) {
    return new Part(title, address, find.apply(address), parameters, cacheBytes);
  }
}
