package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The kernels on arrays that touch inaccessible pages, in a process of their own. */
class GuardPagesTest {

  @Test
  void kernelsStayInsideTheirArrays() throws IOException, InterruptedException {
    Path built = Path.of("target", "native").toAbsolutePath();
    assumeTrue(Files.exists(built.resolve("libjukebox.a")), "the natives were not built");
    Process make =
        new ProcessBuilder("make", "-C", "src/main/cpp", "OUT=" + built, "check")
            .redirectErrorStream(true)
            .start();
    String output = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, make.waitFor(), output);
    assertTrue(output.matches("(?s).*[1-9][0-9]* checks.*"), output);
  }
}
