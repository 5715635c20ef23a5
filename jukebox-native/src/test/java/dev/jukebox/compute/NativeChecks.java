package dev.jukebox.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Checks that are native programs of their own, built and run by the target {@code check}. */
public final class NativeChecks {

  private NativeChecks() {}

  /**
   * Requires that the checks pass, and that there are some.
   *
   * @param makefile directory of the Makefile
   * @param built where it builds
   */
  public static void pass(String makefile, Path built) throws IOException, InterruptedException {
    Process make =
        new ProcessBuilder("make", "-C", makefile, "OUT=" + built, "check")
            .redirectErrorStream(true)
            .start();
    String output = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, make.waitFor(), output);
    assertTrue(output.matches("(?s).*\\b[1-9][0-9]* checks.*"), output);
  }
}
