package dev.jukebox.compute.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.compute.NativeChecks;
import java.io.IOException;
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
    NativeChecks.pass("../cuda", built);
  }
}
