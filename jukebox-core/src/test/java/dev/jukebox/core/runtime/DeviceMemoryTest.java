package dev.jukebox.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.cuda.EmulatedCudaProvider;
import dev.jukebox.compute.cuda.EmulatorControl;
import dev.jukebox.core.golden.GoldenRuns;
import dev.jukebox.error.InsufficientMemoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device whose memory is too small for a run says so before the run, with the numbers. */
class DeviceMemoryTest {
  private static final int WANTED = 16;
  private static final int CHUNK = 16;

  private final EmulatedCudaProvider provider = new EmulatedCudaProvider();

  @BeforeEach
  void emulated() {
    BackendStatus status = provider.status();
    assumeTrue(status.usable(), status.reason());
    EmulatorControl.reset();
  }

  @AfterEach
  void reset() {
    if (provider.status().usable()) {
      EmulatorControl.reset();
    }
  }

  private static LoadedModel open(Backend backend) {
    String top = GoldenRuns.tops().get(0);
    return new LoadedModel(GoldenRuns.model(top, ".pth.tar"), backend, DType.F32);
  }

  @Test
  void theBatchIsCutToWhatFitsAndNoneIsRefused() {
    MemoryPlan plan;
    long taken;
    try (Backend backend = provider.open(BackendOptions.defaults());
        LoadedModel model = open(backend)) {
      plan = model.plan(0, CHUNK);
      long[] all = {backend.freeBytes()};
      taken = backend.liveBytes();
      assertTrue(all[0] > plan.bytes(WANTED), "the emulated device is too small");
      assertEquals(WANTED, model.batchThatFits(0, WANTED, CHUNK));
    }
    long page = 4096;
    EmulatorControl.setMemory(taken + plan.bytes(3) + 64 * page);
    try (Backend backend = provider.open(BackendOptions.defaults());
        LoadedModel model = open(backend)) {
      int fits = model.batchThatFits(0, WANTED, CHUNK);
      assertTrue(fits >= 1 && fits < WANTED, fits + " of " + WANTED);
    }
    EmulatorControl.setMemory(taken + plan.weightBytes() / 2);
    try (Backend backend = provider.open(BackendOptions.defaults());
        LoadedModel model = open(backend)) {
      InsufficientMemoryException none =
          assertThrows(
              InsufficientMemoryException.class, () -> model.batchThatFits(0, WANTED, CHUNK));
      assertTrue(
          none.getMessage().matches("level 0 needs \\d+\\.\\d+ GB.*GB are available.*"),
          none.getMessage());
    }
  }
}
