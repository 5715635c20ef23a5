package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.compute.NativeChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The kernels on arrays that touch inaccessible pages, in a process of their own. */
class GuardPagesTest {

  @Test
  void kernelsStayInsideTheirArrays() throws IOException, InterruptedException {
    Path built = Path.of("target", "native").toAbsolutePath();
    assumeTrue(Files.exists(built.resolve("libjukebox.a")), "the natives were not built");
    NativeChecks.pass("src/main/cpp", built);
  }
}
