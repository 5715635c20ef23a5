package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.MatmulOps;
import dev.jukebox.compute.Tensor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/** The three products of a linear layer in training: its output and both gradients. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class MatmulBenchmark {
  private static final int CHECKED = 64;
  private static final double TOLERANCE = 1e-3;

  /** Positions: rows of x and y. */
  @Param("4096")
  public int rows;

  /** Inputs of the layer. */
  @Param("256")
  public int width;

  /** Outputs of the layer. */
  @Param("256")
  public int outputs;

  /** Name of the backend; auto for the fastest. */
  @Param("auto")
  public String backend;

  /** Threads that compute; 0 for one for each processor. */
  @Param("0")
  public int threads;

  /**
   * What was computed: the result {@code gigaflops} is in 10^9 multiplications and sums a second.
   */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    public double gigaflops;
  }

  private Backend opened;
  private Arena arena;
  private MatmulOps ops;
  private Tensor x;
  private Tensor weight;
  private Tensor y;
  private Tensor dx;
  private Tensor dWeight;

  /** Makes the operands; compares some elements of each product with plain loops. */
  @Setup(Level.Trial)
  public void load() {
    opened = Opened.backend(backend, threads);
    ops = opened.training().matmul();
    arena = opened.arena();
    float[] xs = Opened.numbers(1, rows * width, 1);
    float[] weights = Opened.numbers(2, width * outputs, 1);
    x = holding(xs, rows, width);
    weight = holding(weights, width, outputs);
    y = arena.tensor(DType.F32, rows, outputs);
    dx = arena.tensor(DType.F32, rows, width);
    dWeight = arena.tensor(DType.F32, width, outputs);
    check(xs, weights);
  }

  private Tensor holding(float[] values, int count, int length) {
    Tensor tensor = arena.tensor(DType.F32, count, length);
    opened.upload(tensor, values);
    return tensor;
  }

  private void check(float[] xs, float[] weights) {
    ops.multiply(x, false, weight, false, false, y);
    ops.multiply(y, false, weight, true, false, dx);
    ops.multiply(x, true, y, false, false, dWeight);
    float[] ys = opened.downloadFloats(y);
    float[] dxs = opened.downloadFloats(dx);
    float[] dWeights = opened.downloadFloats(dWeight);
    Random random = new Random(1);
    for (int i = 0; i < CHECKED; i++) {
      int row = random.nextInt(rows);
      int in = random.nextInt(width);
      int out = random.nextInt(outputs);
      near(ys[row * outputs + out], xs, row * width, 1, weights, out, outputs, width);
      near(dxs[row * width + in], ys, row * outputs, 1, weights, in * outputs, 1, outputs);
      near(dWeights[in * outputs + out], xs, in, width, ys, out, outputs, rows);
    }
  }

  private static void near(
      float got, float[] a, int firstA, int stepA, float[] b, int firstB, int stepB, int count) {
    double sum = 0;
    double magnitude = 0;
    for (int i = 0; i < count; i++) {
      double product = (double) a[firstA + i * stepA] * b[firstB + i * stepB];
      sum += product;
      magnitude += Math.abs(product);
    }
    Checks.require(Math.abs(got - sum) <= TOLERANCE * magnitude, got + " where it is " + sum);
  }

  private void count(Work work) {
    work.gigaflops += 2e-9 * rows * width * outputs;
  }

  /** y = x·W. */
  @Benchmark
  public Tensor output(Work work) {
    ops.multiply(x, false, weight, false, false, y);
    count(work);
    return y;
  }

  /** dx = dy·Wᵀ. */
  @Benchmark
  public Tensor inputGradient(Work work) {
    ops.multiply(y, false, weight, true, false, dx);
    count(work);
    return dx;
  }

  /** dW = xᵀ·dy. */
  @Benchmark
  public Tensor weightGradient(Work work) {
    ops.multiply(x, true, y, false, false, dWeight);
    count(work);
    return dWeight;
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    arena.close();
    opened.close();
  }
}
