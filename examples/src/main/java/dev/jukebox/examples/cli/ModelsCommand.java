package dev.jukebox.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code jukebox models}: what is known, where it is, and what a run needs. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the released models: what is cached, and how much memory a run needs.")
final class ModelsCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    return 0;
  }
}
