package dev.jukebox.api;

import dev.jukebox.core.model.BuiltInModel;
import java.nio.file.Path;

/**
 * Which model to use.
 *
 * <pre>{@code
 * ModelSource demo = ModelSource.builtIn();
 * ModelSource released = ModelSource.named("1b_lyrics");
 * ModelSource own = ModelSource.file(Path.of("logs/my_model/model.json"));
 * }</pre>
 */
public sealed interface ModelSource {

  /** The small model that comes with this library; nothing is fetched. */
  record BuiltIn() implements ModelSource {}

  /**
   * A released model: {@code 5b}, {@code 5b_lyrics} or {@code 1b_lyrics}; its files are fetched
   * once into the cache directory.
   *
   * @param name the released name
   */
  record Named(String name) implements ModelSource {}

  /**
   * A model that a {@code model.json} describes; paths in it are relative to it.
   *
   * @param path the file
   */
  record File(Path path) implements ModelSource {}

  /** The small model that comes with this library. */
  static ModelSource builtIn() {
    return new BuiltIn();
  }

  /** A released model by its name. */
  static ModelSource named(String name) {
    return new Named(name);
  }

  /** A model by the path of its {@code model.json}. */
  static ModelSource file(Path path) {
    return new File(path);
  }

  /**
   * A path where the text ends in {@code .json} or holds a separator; the built-in model for {@code
   * demo}, else a released name.
   */
  static ModelSource parse(String text) {
    if (text.equals(BuiltInModel.NAME)) {
      return builtIn();
    }
    return text.endsWith(".json") || text.contains("/") || text.contains("\\")
        ? file(Path.of(text))
        : named(text);
  }
}
