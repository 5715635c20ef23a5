package dev.jukebox.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line which flag was misused, and which was perhaps meant. */
final class UsagePrinter implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    StringBuilder line = new StringBuilder("jukebox: ").append(oneLine(failure.getMessage()));
    if (failure instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      String word = unmatched.getUnmatched().get(0);
      if (word.startsWith("--")) {
        line.append(NearestFlag.question(word, command.getCommandSpec().optionsMap().keySet()));
      } else if (!suggestions.isEmpty()) {
        line.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
      }
    }
    err.println(line);
    err.println("jukebox: see " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ErrorPrinter.MISUSED;
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s*\\R\\s*", " ");
  }
}
