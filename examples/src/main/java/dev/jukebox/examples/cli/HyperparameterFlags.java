package dev.jukebox.examples.cli;

import dev.jukebox.api.HyperparameterInfo;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.TrainRequest;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A flag for every hyperparameter, written as the original takes them: {@code --bs=4}, {@code --bs
 * 4}, {@code --train} for true, {@code --notrain} for false, dashes for underscores, the last of
 * several.
 */
final class HyperparameterFlags implements IModelTransformer, IParameterPreprocessor {
  private static final String TRUE = "true";
  private static final String NOT = "--no";

  /** Those that help shows. */
  private static final Set<String> MOST_USED =
      Set.of(
          "name",
          "local_logdir",
          "audio_files_dir",
          "train",
          "test",
          "sample_length",
          "bs",
          "epochs",
          "exit_train",
          "nworkers",
          "seed",
          "save_iters",
          "log_steps",
          "aug_shift",
          "aug_blend",
          "restore_vqvae",
          "prior",
          "levels",
          "level",
          "restore_prior",
          "n_ctx",
          "labels",
          "labels_v3",
          "y_bins",
          "min_duration",
          "max_duration",
          "lr",
          "lr_warmup",
          "lr_use_linear_decay",
          "lr_start_linear_decay",
          "lr_decay",
          "weight_decay",
          "iters_before_update");

  @Override
  public CommandSpec transform(CommandSpec command) {
    for (HyperparameterInfo known : Jukebox.hyperparameters()) {
      command.addOption(flag(known));
    }
    // The original's, for its processes to find each other; without meaning here.
    return command.addOption(OptionSpec.builder("--port").arity("1").hidden(true).build());
  }

  private static OptionSpec flag(HyperparameterInfo known) {
    OptionSpec.Builder flag =
        OptionSpec.builder("--" + known.name())
            .type(List.class)
            .auxiliaryTypes(String.class)
            .hidden(!MOST_USED.contains(known.name()))
            .description(known.meaning().replace("%", "%%") + ".");
    return known.flag()
        ? flag.arity("0..1").fallbackValue(TRUE).paramLabel("true|false").build()
        : flag.arity("1").paramLabel("VALUE").build();
  }

  @Override
  public boolean preprocess(
      Stack<String> words, CommandSpec command, ArgSpec flag, Map<String, Object> info) {
    Map<String, HyperparameterInfo> known =
        Jukebox.hyperparameters().stream()
            .collect(Collectors.toMap(HyperparameterInfo::name, Function.identity()));
    words.replaceAll(word -> word.startsWith("--") ? asKnown(word, known) : word);
    return false;
  }

  private static String asKnown(String word, Map<String, HyperparameterInfo> known) {
    int end = word.indexOf('=');
    String flag = end < 0 ? word : word.substring(0, end);
    String name = flag.substring(2).replace('-', '_');
    if (known.containsKey(name)) {
      return "--" + name + (end < 0 ? "" : word.substring(end));
    }
    boolean negated = end < 0 && flag.startsWith(NOT) && name.length() > 2;
    String positive = negated ? name.substring(2).replaceFirst("^_", "") : name;
    return negated && known.containsKey(positive) && known.get(positive).flag()
        ? "--" + positive + "=false"
        : word;
  }

  /** Sets what the command line says, over what the sets say. */
  static void apply(ParseResult parsed, TrainRequest.Builder request) {
    for (HyperparameterInfo known : Jukebox.hyperparameters()) {
      OptionSpec flag = parsed.matchedOption("--" + known.name());
      if (flag != null) {
        List<String> values = flag.stringValues();
        String value = values.isEmpty() ? TRUE : values.get(values.size() - 1);
        if (known.flag() && value.startsWith("--")) {
          throw new InvalidInputException(
              "unknown flag "
                  + value
                  + NearestFlag.question(value, parsed.commandSpec().optionsMap().keySet()));
        }
        request.setText(known.name(), value);
      }
    }
  }
}
