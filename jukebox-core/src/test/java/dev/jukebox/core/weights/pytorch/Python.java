package dev.jukebox.core.weights.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the scripts among the test resources with PyTorch, where it is installed. */
public final class Python {
  private static final String INTERPRETER = "/usr/bin/python3";

  private Python() {}

  /** Asked once, as importing takes seconds. */
  private static final class Torch {
    static final boolean INSTALLED =
        Files.isExecutable(Path.of(INTERPRETER)) && execute("-c", "import torch").code() == 0;
  }

  public static Path resources() {
    URL marker = Python.class.getClassLoader().getResource("weights/expected.json");
    try {
      return Path.of(marker.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Skips the running test, with a reason, where there is no PyTorch. */
  public static void assumeTorch() {
    assumeTrue(Torch.INSTALLED, "PyTorch is not installed for " + INTERPRETER);
  }

  /** What a script prints; it has to succeed. */
  public static String run(String script, String... arguments) {
    Result result = runAny(script, arguments);
    assertEquals(0, result.code(), result.output());
    return result.output();
  }

  static Result runAny(String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(resources().resolve(script).toString());
    command.addAll(List.of(arguments));
    return execute(command.toArray(String[]::new));
  }

  record Result(int code, String output) {}

  private static Result execute(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(INTERPRETER);
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("python", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException(command + " does not end");
        }
        return new Result(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
