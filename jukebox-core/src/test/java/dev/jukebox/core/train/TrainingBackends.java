package dev.jukebox.core.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.error.ComputeException;
import java.util.List;
import java.util.stream.Stream;

/** The backends that the tests of training run on: every usable one that can train. */
public final class TrainingBackends {

  private TrainingBackends() {}

  /** Their names. */
  public static Stream<String> names() {
    List<String> names = GoldenBackends.names().filter(TrainingBackends::trains).toList();
    assertTrue(names.contains("java"), "no backend that trains");
    return names.stream();
  }

  private static boolean trains(String name) {
    try (Backend backend = GoldenBackends.open(name)) {
      backend.training();
      return true;
    } catch (ComputeException e) {
      assertTrue(e.getMessage().contains("training does not run on the backend"), e.getMessage());
      return false;
    }
  }
}
