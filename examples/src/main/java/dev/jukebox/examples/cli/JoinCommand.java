package dev.jukebox.examples.cli;

import dev.jukebox.api.Jukebox;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jukebox join}: one description of a model whose priors were trained by several runs. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    description =
        "Joins the model.json of the runs that trained a top prior and its upsamplers into one that"
            + " samples through all levels.",
    sortOptions = false)
final class JoinCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "A run's model.json; give it once for each run.")
  private List<Path> models;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The model.json to write; paths in it are relative to it.")
  private Path output;

  @Override
  public Integer call() {
    Jukebox.join(models, output);
    System.out.println(output);
    System.err.printf("to sample: ./jukebox sample --model=%s%n", output);
    return 0;
  }
}
