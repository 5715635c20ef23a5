package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The nearest code of each row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class CodebookBenchmark {
  private static final int CHECKED_ROWS = 64;
  private static final double TOLERANCE = 1e-4;

  /** Rows that are looked up; 27562 are 5 seconds at level 0. */
  @Param("27562")
  public int rows;

  /** Numbers of a row. */
  @Param("64")
  public int width;

  /** Codes. */
  @Param("2048")
  public int bins;

  /** Name of the backend; auto for the fastest. */
  @Param("auto")
  public String backend;

  /** Threads that compute; 0 for one for each processor. */
  @Param("0")
  public int threads;

  private Backend opened;
  private Arena arena;
  private Tensor x;
  private Tensor codebook;
  private Tensor codes;

  /** Makes rows and codebook; compares the codes of some rows with plain loops. */
  @Setup(Level.Trial)
  public void load() {
    float[] rowValues = Opened.numbers(1, rows * width, 1);
    float[] codeValues = Opened.numbers(2, bins * width, 1);
    opened = Opened.backend(backend, threads);
    arena = opened.arena();
    x = arena.tensor(DType.F32, rows, width);
    codebook = arena.tensor(DType.F32, bins, width);
    codes = arena.tensor(DType.I32, rows);
    opened.upload(x, rowValues);
    opened.upload(codebook, codeValues);
    int[] found = nearest();
    Checks.requireCodes(found, bins, "codes");
    new Random(1)
        .ints(CHECKED_ROWS, 0, rows)
        .forEach(row -> requireNearest(rowValues, row, codeValues, found[row]));
  }

  private void requireNearest(float[] rowValues, int row, float[] codeValues, int found) {
    double least = Double.POSITIVE_INFINITY;
    for (int code = 0; code < bins; code++) {
      least = Math.min(least, distance(rowValues, row, codeValues, code));
    }
    double own = distance(rowValues, row, codeValues, found);
    Checks.require(own <= least * (1 + TOLERANCE), "row " + row + " has a nearer code");
  }

  private double distance(float[] rowValues, int row, float[] codeValues, int code) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double difference = (double) rowValues[row * width + i] - codeValues[code * width + i];
      sum += difference * difference;
    }
    return sum;
  }

  @Benchmark
  public int[] nearest() {
    opened.codebook().nearest(x, codebook, codes);
    return opened.downloadInts(codes);
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    arena.close();
    opened.close();
  }
}
