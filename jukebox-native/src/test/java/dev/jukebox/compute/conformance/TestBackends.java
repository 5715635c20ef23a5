package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.provider.Backends;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The backends that a conformance suite runs on. */
final class TestBackends {

  private TestBackends() {}

  /** Which backends to test beside the plain one, separated by commas; all if it is not set. */
  private static final String CHOSEN = "jukebox.backends";

  /** Names of the usable backends. */
  static List<String> usable() {
    BackendStatus cpp =
        Backends.available().stream().filter(s -> s.name().equals("cpp")).findFirst().orElseThrow();
    assertTrue(cpp.usable() || cpp.reason().startsWith("no native library was built"), cpp::reason);
    List<String> names =
        Backends.available().stream()
            .filter(BackendStatus::usable)
            .map(BackendStatus::name)
            .filter(name -> !name.equals("cpp") && isChosen(name))
            .toList();
    assertTrue(names.contains("java"), "no backend to compare with");
    return names;
  }

  /** Names of the usable backends that train: those in host memory. */
  static List<String> training() {
    return usable().stream()
        .filter(name -> name.equals("java") || name.startsWith("cpp-"))
        .toList();
  }

  private static boolean isChosen(String name) {
    String chosen = System.getProperty(CHOSEN, "");
    return chosen.isEmpty() || name.equals("java") || List.of(chosen.split(",")).contains(name);
  }

  /** Skips a test that compares the tiers with fused multiply-add where they are not both here. */
  static void assumeFusedTiers() {
    assumeTrue(
        usable().containsAll(List.of("cpp-avx2", "cpp-avx512")),
        "this machine or build lacks AVX2 or AVX-512 kernels");
  }

  /** Opens a backend. */
  static Backend open(String name, int threads) {
    return Backends.open(name, new BackendOptions(threads));
  }

  /** One test for each usable backend, of all cases on one instance. */
  static <C> Stream<DynamicTest> each(List<C> cases, BiConsumer<Backend, C> body) {
    return each(usable(), cases, body);
  }

  /** As {@link #each}, for those that train. */
  static <C> Stream<DynamicTest> eachTraining(List<C> cases, BiConsumer<Backend, C> body) {
    return each(training(), cases, body);
  }

  private static <C> Stream<DynamicTest> each(
      List<String> names, List<C> cases, BiConsumer<Backend, C> body) {
    assertTrue(!cases.isEmpty(), "no cases");
    return names.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      try (Backend backend = open(name, 2)) {
                        assertAll(cases.stream().map(one -> () -> run(backend, one, body)));
                      }
                    }));
  }

  private static <C> void run(Backend backend, C one, BiConsumer<Backend, C> body) {
    try {
      body.accept(backend, one);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(one + ": " + e.getMessage(), e);
    }
    assertEquals(0, backend.liveBytes(), one + " leaves memory");
  }
}
