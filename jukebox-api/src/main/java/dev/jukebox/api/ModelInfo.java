package dev.jukebox.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model that is known by name consists of, and which of its files are on this machine.
 *
 * @param name the name by which {@link ModelSource#parse} finds it
 * @param builtIn whether it comes with this library, so that nothing has to be fetched
 * @param parts its files: the VQ-VAE, then the priors, finest level first
 * @param defaults what it samples where a request does not say otherwise
 */
public record ModelInfo(String name, boolean builtIn, List<Part> parts, SampleDefaults defaults) {

  public ModelInfo {
    parts = List.copyOf(parts);
  }

  /**
   * One file of a model.
   *
   * @param title what it is
   * @param address where it is published, or what the built-in file is called
   * @param cached where a file that was published is on this machine, if it is
   * @param parameters number of its parameters
   * @param cacheBytes bytes of the key/value caches of one item in fp32; 0 for the VQ-VAE
   */
  public record Part(
      String title, String address, Optional<Path> cached, long parameters, long cacheBytes) {}

  /**
   * Bytes of memory that sampling needs: the largest prior with the caches of its items.
   *
   * @param weights the type in which linear weights are kept
   * @param items number of items computed at once
   */
  public long runBytes(WeightType weights, int items) {
    return parts.stream()
        .mapToLong(part -> part.parameters() * weights.byteSize() + items * part.cacheBytes())
        .max()
        .orElse(0);
  }
}
