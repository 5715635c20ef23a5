package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
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

/** Attention over a whole window as training needs it: forward, and the gradient. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class AttentionBackwardBenchmark {
  private static final double TOLERANCE = 1e-4;

  /** Positions of the window that is compared with plain Java. */
  private static final int CHECKED = 16;

  /** Which positions a query reads. */
  @Param({"BLOCK", "TRANSPOSE_BLOCK", "PREV_BLOCK"})
  public AttentionPattern pattern;

  /** Width of queries, keys and values over all heads: a quarter of that of the prior. */
  @Param("64")
  public int width;

  /** Heads. */
  @Param("2")
  public int heads;

  /** Positions of the window. */
  @Param("1024")
  public int nCtx;

  /** Blocks of the window. */
  @Param("16")
  public int blocks;

  /** Items. */
  @Param("4")
  public int batch;

  /** Name of the backend; auto for the fastest. */
  @Param("auto")
  public String backend;

  /** Threads that compute; 0 for one for each processor. */
  @Param("0")
  public int threads;

  private Backend opened;
  private Arena arena;
  private AttentionSpec spec;
  private Tensor qkv;
  private Tensor out;
  private Tensor dOut;
  private Tensor dQkv;

  /** Makes the operands; compares a small window with plain Java. */
  @Setup(Level.Trial)
  public void load() {
    opened = Opened.backend(backend, threads);
    AttentionSpec small = spec(CHECKED, Math.min(blocks, 2));
    try (Backend reference = Opened.reference()) {
      Checks.requireClose(once(reference, small), once(opened, small), TOLERANCE, "gradient");
    }
    arena = opened.arena();
    spec = spec(nCtx, blocks);
    qkv = tensor(opened, arena, 1, 3 * width);
    dOut = tensor(opened, arena, 2, width);
    out = arena.tensor(DType.F32, batch, nCtx, width);
    dQkv = arena.tensor(DType.F32, batch, nCtx, 3L * width);
    Checks.requireNumbers(opened.downloadFloats(forward()), "attention");
  }

  private AttentionSpec spec(int positions, int parts) {
    int keys = pattern == AttentionPattern.PRIME ? positions / 2 : 0;
    return new AttentionSpec(pattern, heads, width / heads, positions, parts, keys);
  }

  private Tensor tensor(Backend on, Arena in, int seed, int row) {
    Tensor tensor = in.tensor(DType.F32, batch, nCtx, row);
    on.upload(tensor, Opened.numbers(seed, batch * nCtx * row, 1));
    return tensor;
  }

  /** The gradient over a small window. */
  private float[] once(Backend on, AttentionSpec small) {
    try (Arena some = on.arena()) {
      Tensor in = some.tensor(DType.F32, 1, CHECKED, 3L * width);
      Tensor result = some.tensor(DType.F32, 1, CHECKED, width);
      Tensor given = some.tensor(DType.F32, 1, CHECKED, width);
      Tensor d = some.tensor(DType.F32, 1, CHECKED, 3L * width);
      on.upload(in, Opened.numbers(1, CHECKED * 3 * width, 1));
      on.upload(given, Opened.numbers(2, CHECKED * width, 1));
      on.training().attention().attend(small, in, result);
      on.training().attention().attendGradient(small, in, result, given, d);
      return on.downloadFloats(d);
    }
  }

  @Benchmark
  public Tensor forward() {
    opened.training().attention().attend(spec, qkv, out);
    return out;
  }

  @Benchmark
  public Tensor gradient() {
    opened.training().attention().attendGradient(spec, qkv, out, dOut, dQkv);
    return dQkv;
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    arena.close();
    opened.close();
  }
}
