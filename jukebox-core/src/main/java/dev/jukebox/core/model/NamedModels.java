package dev.jukebox.core.model;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.NearestName;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The models that the original released: three levels at 44.1 kHz that differ in the top prior.
 *
 * <pre>{@code
 * ModelSpec model = NamedModels.spec("1b_lyrics", ModelCache.standard(), Optional.empty(), warnings::add);
 * }</pre>
 */
public final class NamedModels {

  private static final List<String> NAMES = List.of("5b", "5b_lyrics", "1b_lyrics");

  private NamedModels() {}

  /** Their names: 5b, 5b_lyrics, 1b_lyrics. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A released model, its files fetched into the cache if they are not there yet.
   *
   * @param ids directory of artist and genre lists, in place of those that are fetched
   * @param warnings is told if the artist and genre lists could not be fetched; the model works
   *     without, and knows no artist or genre then
   * @throws InvalidInputException for another name, with the nearest
   * @throws dev.jukebox.error.FileAccessException if a file cannot be fetched
   */
  public static ModelSpec spec(
      String name, ModelCache cache, Optional<Path> ids, Consumer<String> warnings) {
    if (!NAMES.contains(name)) {
      throw new InvalidInputException(
          "There is no released model \""
              + name
              + "\" among "
              + String.join(", ", NAMES)
              + NearestName.suggestion(name, NAMES)
              + "; a model of your own is given by the path of its model.json");
    }
    return new ModelFiles(Location.of(Path.of("")), ids, cache, warnings)
        .resolve(description(name));
  }

  /** The text that describes a released model. */
  public static String json(String name) {
    byte[] json = Location.resource(NamedModels.class, name + ".json").read(ModelFile.LARGEST);
    return new String(json, StandardCharsets.UTF_8);
  }

  static ModelDescription description(String name) {
    return ModelDescription.parse("model " + name, json(name));
  }
}
