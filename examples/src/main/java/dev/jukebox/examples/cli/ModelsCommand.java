package dev.jukebox.examples.cli;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxOptions;
import dev.jukebox.api.ModelInfo;
import dev.jukebox.api.Song;
import dev.jukebox.api.WeightType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jukebox models}: what is known, where it is, and what a run needs. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description =
        "Lists the models that have names: what is there, and how much memory a run needs.")
final class ModelsCommand implements Callable<Integer> {
  private static final double GIGABYTE = 1e9;
  private static final double MILLION = 1e6;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where released models are kept. Default: $JUKEBOX_CACHE or ~/.cache/jukebox.")
  private Path cache;

  @Option(
      names = "--n_samples",
      defaultValue = "1",
      paramLabel = "N",
      description = "Items computed at once. Default: ${DEFAULT-VALUE}.")
  private int items;

  @Override
  public Integer call() {
    JukeboxOptions.Builder options = JukeboxOptions.builder();
    if (cache != null) {
      options.cache(cache);
    }
    for (ModelInfo model : Jukebox.models(options.build())) {
      System.out.println(model.name());
      for (ModelInfo.Part part : model.parts()) {
        System.out.printf(
            Locale.ROOT,
            "  %-17s %8.2f M parameters   %s%n",
            part.title(),
            part.parameters() / MILLION,
            model.builtIn()
                ? "built in"
                : part.cached().map(Path::toString).orElse("not fetched: " + part.address()));
      }
      if (!model.defaults().songs().isEmpty()) {
        System.out.println("  sings " + songs(model.defaults().songs()));
      }
      System.out.printf(
          Locale.ROOT,
          "  memory of a run with %d item%s: %.3g GB in f32, %.3g GB in f16, %.3g GB in i8%n",
          items,
          items == 1 ? "" : "s",
          model.runBytes(WeightType.F32, items) / GIGABYTE,
          model.runBytes(WeightType.F16, items) / GIGABYTE,
          model.runBytes(WeightType.I8, items) / GIGABYTE);
    }
    System.out.println("a model of your own: --model=path/to/model.json");
    return 0;
  }

  private static String songs(List<Song> songs) {
    return songs.stream()
        .map(song -> song.artist() + " (" + song.genre() + ")")
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
