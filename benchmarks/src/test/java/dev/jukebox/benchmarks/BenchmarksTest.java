package dev.jukebox.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, with its checks, at a tiny size. */
class BenchmarksTest {
  /** Parameters that make a benchmark tiny; those it does not have are passed over. */
  private static final Map<String, String> TINY =
      Map.ofEntries(
          Map.entry("width", "16"),
          Map.entry("depth", "3"),
          Map.entry("blocks", "2"),
          Map.entry("nCtx", "64"),
          Map.entry("bins", "32"),
          Map.entry("batch", "2"),
          Map.entry("prompt", "3"),
          Map.entry("tokens", "7"),
          Map.entry("chunk", "3"),
          Map.entry("seconds", "0.01"),
          Map.entry("level", "1"),
          Map.entry("samples", "3000"),
          Map.entry("transform", "64,7,33"),
          Map.entry("rows", "37"),
          Map.entry("outputs", "19"),
          Map.entry("parameters", "1001"),
          Map.entry("megabytes", "64"));

  private static final String STEP = DecodeStepBenchmark.class.getName() + ".step";

  static Set<String> benchmarks() {
    Set<BenchmarkListEntry> entries =
        BenchmarkList.defaultList().find(null, List.of("dev\\.jukebox\\..*"), List.of());
    return entries.stream()
        .map(BenchmarkListEntry::getUsername)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static ChainedOptionsBuilder tiny(String benchmark) {
    return tiny(benchmark, Map.of());
  }

  private static ChainedOptionsBuilder tiny(String benchmark, Map<String, String> others) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark) + "$")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    Map<String, String> all = new TreeMap<>(TINY);
    all.putAll(others);
    all.forEach(options::param);
    return options;
  }

  @Test
  void everyClassWithBenchmarksIsListed() {
    Set<String> classes =
        benchmarks().stream()
            .map(name -> name.substring(0, name.lastIndexOf('.')))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> expected =
        Stream.of(
                AttentionBackwardBenchmark.class,
                AdamBenchmark.class,
                CodebookBenchmark.class,
                DecodeStepBenchmark.class,
                MatmulBenchmark.class,
                MemoryBandwidthBenchmark.class,
                PrefillBenchmark.class,
                StftBenchmark.class,
                TrainStepBenchmark.class,
                VqVaeBenchmark.class)
            .map(Class::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, classes);
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void runs(String benchmark) throws RunnerException {
    Collection<RunResult> results =
        new Runner(tiny(benchmark).mode(Mode.SingleShotTime).build()).run();
    assertFalse(results.isEmpty());
    results.forEach(result -> assertTrue(result.getPrimaryResult().getScore() > 0));
  }

  /** More steps than the window has room for. */
  @Test
  void windowsFollowOneAnother() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                tiny(DecodeStepBenchmark.class.getName() + ".step")
                    .mode(Mode.SingleShotTime)
                    .measurementBatchSize(4)
                    .build())
            .run();
    assertEquals(1, results.size());
  }

  @ParameterizedTest
  @MethodSource("weights")
  void weightTypesRun(String weights) throws RunnerException {
    new Runner(
            tiny(DecodeStepBenchmark.class.getName() + ".step")
                .param("weights", weights)
                .mode(Mode.SingleShotTime)
                .build())
        .run();
  }

  static Stream<String> weights() {
    return Stream.of("f32", "f16", "bf16", "i8");
  }

  @Test
  void momentsInHalfPrecisionRun() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                tiny(AdamBenchmark.class.getName() + ".step")
                    .param("moments", "f16")
                    .param("averaged", "true")
                    .build())
            .run();
    // Parameter, average, both moments in F16, all twice, and the gradient.
    assertEquals(1001 * 28e-9, RatioTable.rows(results, 1).get(0).gigabytes().orElseThrow(), 1e-15);
  }

  @Test
  void lyricsBeforeTheCodesRun() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                tiny(STEP, Map.of("attnOrder", "12", "depth", "16", "lyrics", "8"))
                    .mode(Mode.SingleShotTime)
                    .build())
            .run();
    assertEquals(1, results.size());
  }

  @Test
  void failuresAreNotTimed() {
    assertThrows(
        RunnerException.class,
        () ->
            new Runner(
                    tiny(DecodeStepBenchmark.class.getName() + ".step").param("heads", "3").build())
                .run());
  }

  @Test
  void resultsBecomeRowsOfTheTable() throws RunnerException {
    Collection<RunResult> bandwidth =
        new Runner(tiny(MemoryBandwidthBenchmark.class.getName() + ".read").build()).run();
    Collection<RunResult> steps =
        new Runner(tiny(DecodeStepBenchmark.class.getName() + ".step").build()).run();
    double gigabytes = RatioTable.bandwidth(bandwidth);
    assertTrue(gigabytes > 0 && gigabytes < 10_000, "read bandwidth " + gigabytes);
    List<RatioTable.Row> rows = RatioTable.rows(steps, gigabytes);
    assertEquals(1, rows.size());
    RatioTable.Row row = rows.get(0);
    // Three layers of 16x12 + 4x16 + 2x16x16, and a head of 16x32, in F32.
    assertEquals((3 * (192 + 64 + 512) + 512) * 4e-9, row.gigabytes().orElseThrow(), 1e-15);
    assertTrue(row.name().startsWith("DecodeStepBenchmark.step "), row.name());
    assertTrue(row.name().contains(" width=16"), row.name());
  }
}
