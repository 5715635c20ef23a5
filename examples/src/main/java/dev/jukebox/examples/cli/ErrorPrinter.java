package dev.jukebox.examples.cli;

import dev.jukebox.error.InvalidInputException;
import dev.jukebox.error.JukeboxException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says what went wrong in one line; a stack trace only where the fault is ours or asked for. */
final class ErrorPrinter implements IExecutionExceptionHandler {
  static final int FAILED = 1;
  static final int MISUSED = 2;
  static final int INTERRUPTED = 130;

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    boolean ours = !(failure instanceof JukeboxException);
    err.println("jukebox: " + (ours ? "internal error: " + failure : failure.getMessage()));
    if (ours || System.getenv("JUKEBOX_DEBUG") != null) {
      failure.printStackTrace(err);
    }
    err.flush();
    return failure instanceof InvalidInputException ? MISUSED : FAILED;
  }
}
