package dev.jukebox.examples.cli;

import dev.jukebox.api.JukeboxOptions;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.WeightType;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags that say which model to open, and how. */
final class ModelOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME|FILE",
      description = "5b, 5b_lyrics, 1b_lyrics, or the path of a model.json.")
  private String model;

  @Option(
      names = "--ids",
      paramLabel = "DIR",
      description = "Directory of artist and genre lists, in place of the model's own.")
  private Path ids;

  @Option(
      names = "--backend",
      defaultValue = "auto",
      paramLabel = "NAME",
      description =
          "Where to compute; see 'jukebox doctor'. Default: ${DEFAULT-VALUE}, the fastest.")
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute. Default: one for each processor.")
  private Integer threads;

  @Option(
      names = "--weights",
      defaultValue = "f32",
      paramLabel = "TYPE",
      description =
          "Type in which linear weights are kept: f32, f16, bf16, i8. Default: ${DEFAULT-VALUE}.")
  private WeightType weights;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where released models are kept. Default: $JUKEBOX_CACHE or ~/.cache/jukebox.")
  private Path cache;

  @Option(names = "--offline", description = "Fetch nothing; use only what is in the cache.")
  private boolean offline;

  ModelSource source() {
    return ModelSource.parse(model);
  }

  JukeboxOptions options() {
    JukeboxOptions.Builder options =
        JukeboxOptions.builder()
            .backend(backend)
            .weights(weights)
            .offline(offline)
            .warnings(warning -> System.err.println("jukebox: warning: " + warning))
            .downloads(new DownloadPrinter());
    if (threads != null) {
      options.threads(threads);
    }
    if (ids != null) {
      options.ids(ids);
    }
    if (cache != null) {
      options.cache(cache);
    }
    return options.build();
  }
}
