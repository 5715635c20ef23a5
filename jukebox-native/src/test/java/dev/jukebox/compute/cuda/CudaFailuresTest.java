package dev.jukebox.compute.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.provider.Backends;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InsufficientMemoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user meets when a device runs out of memory, fails or is lost: an exception, no more. */
class CudaFailuresTest {
  private static final int ILLEGAL_ADDRESS = 700;
  private static final int LAUNCH_FAILURE = 719;

  @BeforeEach
  void emulated() {
    BackendStatus status = new EmulatedCudaProvider().status();
    assumeTrue(status.usable(), status.reason());
    EmulatorControl.reset();
  }

  @AfterEach
  void reset() {
    if (new EmulatedCudaProvider().status().usable()) {
      EmulatorControl.reset();
    }
  }

  private static Backend open() {
    return Backends.open(EmulatedCudaProvider.NAME, BackendOptions.defaults());
  }

  private static void works(Backend backend) {
    try (Arena arena = backend.arena()) {
      Tensor a = arena.tensor(DType.F32, 3);
      Tensor b = arena.tensor(DType.F32, 3);
      backend.upload(a, new float[] {1, 2, 3});
      backend.upload(b, new float[] {3, 2, 1});
      backend.elementwise().interpolate(a, b, 0.5f, a);
      assertArrayEquals(new float[] {2, 2, 2}, backend.downloadFloats(a));
    }
  }

  @Test
  void withoutMemoryAllocationsFailAndTheRestGoesOn() {
    EmulatorControl.setMemory(64 << 20);
    try (Backend backend = open();
        Backend other = open();
        Arena arena = backend.arena()) {
      arena.tensor(DType.F32, 4 << 20);
      InsufficientMemoryException none =
          assertThrows(InsufficientMemoryException.class, () -> arena.tensor(DType.F32, 16 << 20));
      assertTrue(
          none.getMessage().matches(".*67108864 bytes.*0.05 of 0.07 GB.*"), none.getMessage());
      works(backend);
      works(other);
      assertEquals(16 << 20, backend.liveBytes());
    }
  }

  @Test
  void freedMemoryIsThereForTheNext() {
    EmulatorControl.setMemory(64 << 20);
    try (Backend backend = open()) {
      long before = backend.freeBytes();
      for (int i = 0; i < 20; i++) {
        try (Arena arena = backend.arena()) {
          arena.tensor(DType.F32, 10 << 20);
        }
      }
      assertEquals(before, backend.freeBytes());
      assertEquals(0, backend.liveBytes());
    }
  }

  @Test
  void anAllocationThatFailsAllTheSameIsAnException() {
    try (Backend backend = open();
        Arena arena = backend.arena()) {
      EmulatorControl.failAllocation(1);
      assertThrows(InsufficientMemoryException.class, () -> arena.tensor(DType.F32, 4));
      works(backend);
    }
  }

  @Test
  void aLaunchThatFailsIsAnException() {
    try (Backend backend = open();
        Arena arena = backend.arena()) {
      Tensor x = arena.tensor(DType.F32, 2, 3, 4);
      Tensor table = arena.tensor(DType.F32, 1, 1, 4);
      EmulatorControl.failLaunch(1, LAUNCH_FAILURE, 0);
      ComputeException failed =
          assertThrows(
              ComputeException.class,
              () -> {
                backend.elementwise().addSlice(x, table, 0, x);
                backend.synchronize();
              });
      assertTrue(failed.getMessage().contains("[2, 3, 4]"), failed.getMessage());
    }
  }

  @Test
  void aLostDeviceIsSaidByEveryCallAndEndsNothingElse() {
    try (Backend java = Backends.open("java", BackendOptions.defaults())) {
      Backend backend = open();
      Arena arena = backend.arena();
      Tensor x = arena.tensor(DType.F32, 8);
      EmulatorControl.failLaunch(1, ILLEGAL_ADDRESS, 1);
      for (int i = 0; i < 3; i++) {
        ComputeException lost =
            assertThrows(
                ComputeException.class,
                () -> {
                  backend.elementwise().interpolate(x, x, 0.5f, x);
                  backend.synchronize();
                });
        assertTrue(lost.getMessage().contains("the device is lost"), lost.getMessage());
      }
      assertThrows(ComputeException.class, () -> backend.downloadFloats(x));
      assertThrows(ComputeException.class, () -> arena.tensor(DType.F32, 1));
      assertDoesNotThrow(arena::close);
      assertDoesNotThrow(backend::close);
      works(java);
    }
    EmulatorControl.reset();
    try (Backend backend = open()) {
      works(backend);
    }
  }

  @Test
  void graphsAreLaunchedAndCounted() {
    for (long lazy = 0; lazy < 2; lazy++) {
      EmulatorControl.setLazy(lazy);
      try (Backend backend = open();
          Arena arena = backend.arena()) {
        Tensor counter = arena.tensor(DType.I32, 1);
        try (Graph graph = backend.capture(() -> backend.elementwise().increment(counter))) {
          assertEquals(0, backend.downloadInts(counter)[0], "a capture runs nothing");
          for (int i = 0; i < 5; i++) {
            graph.launch();
          }
          assertEquals(5, backend.downloadInts(counter)[0]);
          graph.await(5);
          assertEquals(5, graph.finished());
        }
        works(backend);
      }
    }
  }

  @Test
  void aFaultIsFoundOnceHoweverManyLaunchesMeetIt() {
    for (long lazy = 0; lazy < 2; lazy++) {
      EmulatorControl.setLazy(lazy);
      try (Backend backend = open();
          Arena arena = backend.arena()) {
        Tensor logits = arena.tensor(DType.F32, 1, 3);
        Tensor items = arena.tensor(DType.I32, 1);
        Tensor tokens = arena.tensor(DType.I32, 1);
        backend.upload(logits, new float[] {1, Float.NaN, 2});
        SamplerSettings settings = new SamplerSettings(1, 0, 0);
        Runnable draw =
            () -> backend.sampling().sample(logits, settings, 1, items, 0, Position.at(0), tokens);
        try (Graph graph = backend.capture(draw)) {
          for (int i = 0; i < 5; i++) {
            graph.launch();
          }
          ComputeException nan = assertThrows(ComputeException.class, () -> graph.await(5));
          assertTrue(nan.getMessage().contains("NaN"), nan.getMessage());
        }
        works(backend);
      }
    }
  }

  @Test
  void aCaptureThatEndsInAnErrorIsForgotten() {
    try (Backend backend = open()) {
      assertThrows(
          StackOverflowError.class,
          () ->
              backend.capture(
                  () -> {
                    throw new StackOverflowError();
                  }));
      works(backend);
    }
  }

  @Test
  void whatACaptureCannotHoldIsRefusedAndForgotten() {
    try (Backend backend = open();
        Arena arena = backend.arena()) {
      Tensor x = arena.tensor(DType.F32, 8);
      assertThrows(ComputeException.class, () -> backend.capture(() -> arena.tensor(DType.F32, 8)));
      assertThrows(ComputeException.class, () -> backend.capture(() -> backend.downloadFloats(x)));
      assertThrows(
          ComputeException.class, () -> backend.capture(() -> backend.upload(x, new float[8])));
      works(backend);
    }
  }

  @Test
  void aBackendThatWasClosedSaysSo() {
    Backend backend = open();
    Arena arena = backend.arena();
    Tensor x = arena.tensor(DType.F32, 8);
    Graph graph = backend.capture(() -> backend.elementwise().interpolate(x, x, 1, x));
    backend.close();
    assertThrows(ComputeException.class, graph::launch);
    assertDoesNotThrow(graph::close);
    assertThrows(ComputeException.class, () -> backend.downloadFloats(x));
    assertThrows(ComputeException.class, () -> backend.elementwise().increment(x));
    assertDoesNotThrow(arena::close);
    assertDoesNotThrow(backend::close);
    assertEquals(0, EmulatorControl.allocations());
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    ComputeException none =
        assertThrows(
            ComputeException.class,
            () -> Backends.open(EmulatedCudaProvider.NAME + ":7", BackendOptions.defaults()));
    assertTrue(none.getMessage().contains("device 7"), none.getMessage());
  }
}
