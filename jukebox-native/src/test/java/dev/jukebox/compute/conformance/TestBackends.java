package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.provider.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The backends that a conformance suite runs on. */
final class TestBackends {

  private TestBackends() {}

  /** Names of the usable backends; the plain one is the last. */
  static List<String> usable() {
    List<String> names =
        Backends.available().stream()
            .filter(BackendStatus::usable)
            .map(BackendStatus::name)
            .filter(name -> !name.equals("cpp"))
            .toList();
    assertTrue(names.contains("java"), "no backend to compare with");
    return names;
  }

  /** Opens a backend. */
  static Backend open(String name, int threads) {
    return Backends.open(name, new BackendOptions(threads));
  }

  /** One test for each case and usable backend. */
  static <C> Stream<DynamicTest> each(List<C> cases, BiConsumer<Backend, C> body) {
    assertTrue(!cases.isEmpty(), "no cases");
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : usable()) {
      for (C one : cases) {
        tests.add(
            DynamicTest.dynamicTest(
                name + " " + one,
                () -> {
                  try (Backend backend = open(name, 2)) {
                    body.accept(backend, one);
                    assertTrue(backend.liveBytes() == 0, "memory is left: " + backend.liveBytes());
                  }
                }));
      }
    }
    return tests.stream();
  }
}
