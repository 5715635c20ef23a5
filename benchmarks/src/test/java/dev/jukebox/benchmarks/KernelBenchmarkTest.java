package dev.jukebox.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.provider.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelBenchmarkTest {
  @TempDir Path directory;

  private List<JsonNode> run(String backend, String only) throws IOException {
    Path file = directory.resolve(backend + ".json");
    Arguments arguments =
        new Arguments(
            new String[] {
              "--backend",
              backend,
              "--tiny",
              "--millis",
              "0.1",
              "--samples",
              "3",
              "--only",
              only,
              "--json",
              file.toString()
            },
            "backend",
            "tiny",
            "millis",
            "samples",
            "only",
            "json");
    boolean right = KernelBenchmark.run(arguments);
    List<JsonNode> results =
        Files.readAllLines(file).stream().map(KernelBenchmarkTest::parse).toList();
    assertEquals(
        right, results.stream().allMatch(result -> result.get("failure").asText().isEmpty()));
    return results;
  }

  private static JsonNode parse(String line) {
    try {
      return JsonMapper.builder().build().readTree(line);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyKernelIsRightAndTimed() throws IOException {
    Set<String> kernels = new TreeSet<>();
    for (JsonNode result : run("java", "")) {
      assertEquals("", result.get("failure").asText(), result.toString());
      assertTrue(result.get("microseconds").asDouble() > 0, result.toString());
      kernels.add(result.get("kernel").asText());
    }
    assertEquals(
        Set.of(
            "adam",
            "attention decode",
            "attention prefill",
            "codebook",
            "conv",
            "copy",
            "gradient norm",
            "increment",
            "layer norm",
            "linear decode",
            "linear prefill",
            "matrix rate",
            "sample"),
        kernels);
  }

  @Test
  void aDeviceThatRunsBehindIsTimedToTheEnd() throws IOException {
    Optional<BackendStatus> emulated =
        Backends.available().stream()
            .filter(status -> status.name().equals("cuda-emulated"))
            .findFirst();
    assumeTrue(emulated.filter(BackendStatus::usable).isPresent(), emulated.toString());
    List<JsonNode> results = run("cuda-emulated", "copy|layer norm|increment");
    assertEquals(4, results.size());
    results.forEach(result -> assertEquals("", result.get("failure").asText()));
  }

  @Test
  void aWrongResultIsAFailureAndNoTime() {
    KernelResult.Work work = new KernelResult.Work(1, 1, 1);
    try (var backend = Opened.reference()) {
      KernelRun run =
          new KernelRun(
              backend, new GraphTimer(backend, 0.1, 1), true, Pattern.compile(""), result -> {});
      run.measure("one", "", work, 1, () -> {}, () -> Checks.require(false, "it is wrong"));
      run.measure("other", "", work, 1, () -> {}, () -> {});
      assertEquals("IllegalStateException: wrong result: it is wrong", failure(run, 0));
      assertFalse(run.results().get(0).timing().isPresent());
      assertEquals("", failure(run, 1));
      assertTrue(run.results().get(1).timing().isPresent());
    }
  }

  private static String failure(KernelRun run, int index) {
    return run.results().get(index).failure();
  }

  @Test
  void ratesAreWorkOverTime() {
    KernelResult result =
        new KernelResult(
            "copy",
            "big",
            new KernelResult.Work(4e9, 8e9, 4e9),
            Optional.of(new GraphTimer.Timing(1000, 0, 100)),
            "");
    assertEquals(4000, result.gigabytes().orElseThrow(), 1e-9);
    assertEquals(8, result.teraflops().orElseThrow(), 1e-9);
    assertEquals(0.8, new KernelTable(5000, 0).share(result).orElseThrow(), 1e-12);
    assertEquals(4000, KernelTable.best(List.of(result), "copy"), 1e-9);
  }

  @Test
  void unknownOptionsAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Arguments(new String[] {"--fast"}, "tiny"));
  }
}
