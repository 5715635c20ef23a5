package dev.jukebox.examples.cli;

/** Runs the command line from tests of other packages. */
public final class CommandLines {

  private CommandLines() {}

  /** The exit code of a command. */
  public static int run(String... args) {
    return Main.run(args);
  }
}
