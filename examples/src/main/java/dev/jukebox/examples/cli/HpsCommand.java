package dev.jukebox.examples.cli;

import dev.jukebox.api.HyperparameterInfo;
import dev.jukebox.api.HyperparameterSet;
import dev.jukebox.api.Jukebox;
import dev.jukebox.core.hparams.NearestName;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jukebox hps}: the sets of hyperparameters, and what each hyperparameter means. */
@Command(
    name = "hps",
    mixinStandardHelpOptions = true,
    description = "Lists hyperparameters: all of them, the values of a set, or the meaning of one.")
final class HpsCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "SET|NAME",
      description = "A set or a hyperparameter. Default: everything.")
  private String name;

  @Override
  public Integer call() {
    List<HyperparameterSet> sets = Jukebox.hyperparameterSets();
    List<HyperparameterInfo> all = Jukebox.hyperparameters();
    if (name == null) {
      String names = sets.stream().map(HyperparameterSet::name).collect(Collectors.joining(", "));
      System.out.println("sets, for --hps: " + names);
      all.forEach(HpsCommand::print);
      return 0;
    }
    Optional<HyperparameterSet> set =
        sets.stream().filter(known -> known.name().equals(name)).findFirst();
    if (set.isPresent()) {
      set.get()
          .values()
          .forEach((key, value) -> System.out.println(key + " = " + value.orElse("none")));
      return 0;
    }
    print(
        all.stream()
            .filter(known -> known.name().equals(name.replaceFirst("^--", "").replace('-', '_')))
            .findFirst()
            .orElseThrow(() -> unknown(sets, all)));
    return 0;
  }

  private InvalidInputException unknown(
      List<HyperparameterSet> sets, List<HyperparameterInfo> all) {
    List<String> known =
        Stream.concat(
                sets.stream().map(HyperparameterSet::name),
                all.stream().map(HyperparameterInfo::name))
            .toList();
    return new InvalidInputException(
        "there is no set and no hyperparameter \""
            + name
            + "\""
            + NearestName.suggestion(name, known));
  }

  private static void print(HyperparameterInfo known) {
    System.out.printf("  %-30s %s%n", known.name(), known.meaning());
  }
}
