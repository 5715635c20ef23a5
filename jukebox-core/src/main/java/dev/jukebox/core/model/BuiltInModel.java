package dev.jukebox.core.model;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.FileAccessException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The small model that lies in this library's jar, and is read from there.
 *
 * <pre>{@code
 * ModelSpec demo = BuiltInModel.spec(Optional.empty(), ModelCache.standard(), warnings::add);
 * }</pre>
 */
public final class BuiltInModel {

  /** What it is called. */
  public static final String NAME = "demo";

  private static final Location DIRECTORY = Location.resource(BuiltInModel.class, NAME);

  private BuiltInModel() {}

  /**
   * The model, its weights and lists in the jar.
   *
   * @param ids directory of artist and genre lists, in place of those in the jar
   * @throws FileAccessException if this build was made without it
   */
  public static ModelSpec spec(Optional<Path> ids, ModelCache cache, Consumer<String> warnings) {
    return new ModelFiles(DIRECTORY, ids, cache, warnings).resolve(description());
  }

  /** Whether this build has it. */
  public static boolean isPresent() {
    return DIRECTORY.resolve("model.json").exists();
  }

  /** What it consists of; as {@link ModelOverview#of}, for files that need no fetching. */
  public static ModelOverview overview() {
    return ModelOverview.of(NAME, description(), file -> Optional.empty());
  }

  /**
   * The text that describes it.
   *
   * @throws FileAccessException if this build was made without it
   */
  public static String json() {
    if (!isPresent()) {
      throw new FileAccessException(
          "This build has no built-in model ("
              + DIRECTORY
              + " is missing from it): name a model, such as 1b_lyrics or the path of a"
              + " model.json");
    }
    byte[] json = DIRECTORY.resolve("model.json").read(ModelFile.LARGEST);
    return new String(json, StandardCharsets.UTF_8);
  }

  private static ModelDescription description() {
    return ModelDescription.parse("the built-in model", json());
  }
}
