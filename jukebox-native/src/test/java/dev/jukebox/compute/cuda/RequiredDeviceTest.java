package dev.jukebox.compute.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.compute.BackendStatus;
import org.junit.jupiter.api.Test;

/** Whether the suites ran on a device: demanded with -Pgpu, otherwise a skip with the reason. */
class RequiredDeviceTest {

  @Test
  void theSuitesRunOnADevice() {
    BackendStatus status = new CudaProvider().status();
    if (System.getProperty("jukebox.gpu", "").equals("required")) {
      assertTrue(status.usable(), "-Pgpu needs a device for the backend cuda: " + status.reason());
    }
    assumeTrue(status.usable(), "the suites ran without a device: " + status.reason());
  }
}
