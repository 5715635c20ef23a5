package dev.jukebox.core.model;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds or fetches the files that a description names. */
final class ModelFiles {

  private static final String HUB = "hub:";
  private static final List<String> LISTS = List.of("artists.json", "genres.json");

  private final Location directory;
  private final Optional<Path> ids;
  private final ModelCache cache;
  private final Consumer<String> warnings;

  /**
   * @param directory what paths in the description are relative to
   * @param ids directory of artist and genre lists, in place of what the description names
   */
  ModelFiles(Location directory, Optional<Path> ids, ModelCache cache, Consumer<String> warnings) {
    this.directory = directory;
    this.ids = ids;
    this.cache = cache;
    this.warnings = warnings;
  }

  /**
   * The model with every file at its place; what is missing is found before anything is fetched.
   */
  ModelSpec resolve(ModelDescription description) {
    List<Optional<Hyperparams>> priors = description.priors();
    Named vqvae =
        new Named(
            description.source() + ", restore_vqvae of vqvae",
            description.vqvae().stringOf("restore_vqvae"));
    List<Optional<Named>> restores = new ArrayList<>();
    for (int level = 0; level < priors.size(); level++) {
      String place = description.source() + ", restore_prior of priors[" + level + "]";
      restores.add(priors.get(level).map(hps -> new Named(place, hps.stringOf("restore_prior"))));
    }
    requirePresent(vqvae);
    restores.forEach(restore -> restore.ifPresent(this::requirePresent));
    String idsPlace = description.source() + ", ids";
    Optional<Location> localIds =
        ids.isPresent()
            ? ids.map(path -> idsAt(Location.of(path), idsPlace))
            : description
                .ids()
                .filter(place -> !place.startsWith(HUB))
                .map(place -> idsAt(local(idsPlace, place), idsPlace));
    Location vqvaeWeights = location(vqvae);
    List<Optional<PriorSpec>> specs = new ArrayList<>();
    for (int level = 0; level < priors.size(); level++) {
      Optional<Location> weights = restores.get(level).map(this::location);
      specs.add(priors.get(level).flatMap(hps -> weights.map(file -> new PriorSpec(hps, file))));
    }
    Optional<Location> lists =
        localIds.or(
            () -> description.ids().filter(place -> place.startsWith(HUB)).flatMap(this::fetchIds));
    return new ModelSpec(
        description.name(),
        description.vqvae(),
        vqvaeWeights,
        specs,
        lists,
        description.sampling());
  }

  /** A file as a description names it: a path or an address. */
  private record Named(String place, String value) {

    boolean isRemote() {
      return value.startsWith("https://") || value.startsWith("http://");
    }
  }

  private void requirePresent(Named file) {
    if (file.value().isBlank()) {
      throw new InvalidInputException(file.place() + ": no file of weights is named");
    }
    if (!file.isRemote() && !local(file.place(), file.value()).exists()) {
      throw new FileAccessException(
          file.place() + ": " + local(file.place(), file.value()) + " does not exist");
    }
  }

  private Location location(Named file) {
    return file.isRemote()
        ? Location.of(cache.file(file.value()))
        : local(file.place(), file.value());
  }

  private static Location idsAt(Location directory, String place) {
    if (!directory.path().map(Files::isDirectory).orElse(true)) {
      throw new FileAccessException(
          place + ": " + directory + " is not a directory of artist and genre lists");
    }
    return directory;
  }

  private Location local(String place, String value) {
    try {
      return directory.resolve(value);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(place + ": " + e.getMessage(), e);
    }
  }

  /** The lists of a repository; a model works without, so that a failure is only told. */
  private Optional<Location> fetchIds(String place) {
    try {
      return Optional.of(Location.of(cache.repository(place.substring(HUB.length()), LISTS)));
    } catch (FileAccessException e) {
      warnings.accept(
          "The lists of artists and genres are missing, so all are unknown unless --ids DIR names"
              + " their directory: "
              + e.getMessage());
      return Optional.empty();
    }
  }
}
