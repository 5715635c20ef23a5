package dev.jukebox.examples.cli;

import dev.jukebox.api.JukeboxOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags that say how much of the machine is used, and what may be fetched to it. */
final class MachineOptions {

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute. Default: one for each processor.")
  private Integer threads;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where released models are kept. Default: $JUKEBOX_CACHE or ~/.cache/jukebox.")
  private Path cache;

  @Option(names = "--offline", description = "Fetch nothing; use only what is in the cache.")
  private boolean offline;

  /**
   * Options with these flags, whose warnings and downloads are printed.
   *
   * @param ids directory of artist and genre lists; null for none
   */
  JukeboxOptions.Builder options(String backend, Path ids) {
    JukeboxOptions.Builder options =
        JukeboxOptions.builder()
            .backend(backend)
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
    return options;
  }
}
