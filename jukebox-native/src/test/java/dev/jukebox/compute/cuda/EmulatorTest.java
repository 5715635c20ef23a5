package dev.jukebox.compute.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The emulator computes like a device, and a planted bug of each kind is caught. */
class EmulatorTest {

  @Test
  void computesRightAndCatchesPlantedBugs() throws IOException, InterruptedException {
    Path built = Path.of("target", "cuda").toAbsolutePath();
    assumeTrue(
        Files.exists(built.resolve("emulated/libjukeboxcuda.a")), "the emulator was not built");
    Process make =
        new ProcessBuilder("make", "-C", "../cuda", "OUT=" + built, "check")
            .redirectErrorStream(true)
            .start();
    String output = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, make.waitFor(), output);
    assertTrue(output.matches("(?s).*\\b[1-9][0-9]* checks.*"), output);
  }
}
