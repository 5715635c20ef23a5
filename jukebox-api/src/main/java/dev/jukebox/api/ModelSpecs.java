package dev.jukebox.api;

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
    ModelSource.File file = (ModelSource.File) source;
    return ModelFile.read(file.path(), cache, options.ids(), warnings);
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
