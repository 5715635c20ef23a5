package dev.jukebox.api;

import dev.jukebox.core.model.BuiltInModel;
import dev.jukebox.core.model.ModelFile;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.NamedModels;
import dev.jukebox.core.model.cache.ModelCache;
import java.util.function.Consumer;

/** From what users call a model to its files, which are fetched if need be. */
final class ModelSpecs {

  private ModelSpecs() {}

  static ModelSpec of(ModelSource source, JukeboxOptions options) {
    ModelCache cache = cache(options);
    Consumer<String> warnings = options.warnings();
    if (source instanceof ModelSource.Named named) {
      return NamedModels.spec(named.name(), cache, options.ids(), warnings);
    }
    if (source instanceof ModelSource.BuiltIn) {
      return BuiltInModel.spec(options.ids(), cache, warnings);
    }
    ModelSource.File file = (ModelSource.File) source;
    return ModelFile.read(file.path(), cache, options.ids(), warnings);
  }

  /** The text that describes a model. */
  static String description(ModelSource source) {
    if (source instanceof ModelSource.Named named) {
      return NamedModels.json(named.name());
    }
    return source instanceof ModelSource.File file
        ? ModelFile.text(file.path())
        : BuiltInModel.json();
  }

  static ModelCache cache(JukeboxOptions options) {
    ModelCache.Builder cache = ModelCache.builder();
    options.cache().ifPresent(cache::directory);
    if (options.offline()) {
      cache.offline(true);
    }
    return cache.progress(options.downloads()::progress).build();
  }
}
