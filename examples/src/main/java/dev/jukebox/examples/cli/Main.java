package dev.jukebox.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The entrance of the {@code jukebox} command. */
@Command(
    name = "jukebox",
    description = "Samples and trains models of music with singing in the raw audio domain.",
    mixinStandardHelpOptions = true,
    version = "Jukebox for Java 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SampleCommand.class,
      TrainCommand.class,
      HpsCommand.class,
      EncodeCommand.class,
      DecodeCommand.class,
      AlignCommand.class,
      JoinCommand.class,
      PackCommand.class,
      ModelsCommand.class,
      DoctorCommand.class,
      HelpCommand.class
    })
public final class Main implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /** Runs a command and ends the JVM with its exit code: 0 done, 1 failed, 2 misused. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command and returns its exit code. */
  static int run(String... args) {
    return commandLine().execute(args);
  }

  /** All commands, with errors to words and exit codes. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(new ErrorPrinter())
        .setParameterExceptionHandler(new UsagePrinter())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing a command");
  }
}
