package dev.jukebox.benchmarks;

import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import java.util.List;
import java.util.Optional;
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

/** A step of Adam, and the norm of the gradients before it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class AdamBenchmark {
  private static final double TOLERANCE = 1e-5;
  private static final AdamSettings SETTINGS =
      new AdamSettings(3e-4, 0.9, 0.999, 1e-8, 0, 1, 1, 0.99);

  /** Elements that are stepped, all in one tensor. */
  @Param("50000000")
  public int parameters;

  /** Type of the moments: f32, or f16 with scales. */
  @Param("f32")
  public String moments;

  /** Whether the parameters have moving averages. */
  @Param("false")
  public boolean averaged;

  /** Name of the backend; auto for the fastest. */
  @Param("auto")
  public String backend;

  /** Threads that compute; 0 for one for each processor. */
  @Param("0")
  public int threads;

  private Backend opened;
  private Arena arena;
  private ParameterGroup group;
  private Tensor norm;

  /** Makes the tensors; checks that the first step is the learning rate against the gradient. */
  @Setup(Level.Trial)
  public void load() {
    opened = Opened.backend(backend, threads);
    arena = opened.arena();
    DType type = isHalf(moments) ? DType.F16 : DType.F32;
    float[] before = Opened.numbers(1, parameters, 1);
    float[] gradients = Opened.numbers(2, parameters, 1);
    Tensor parameter = arena.tensor(DType.F32, parameters);
    Tensor gradient = arena.tensor(DType.F32, parameters);
    opened.upload(parameter, before);
    opened.upload(gradient, gradients);
    norm = arena.tensor(DType.F32, 2);
    AdamTensors tensors =
        new AdamTensors(
            parameter,
            gradient,
            arena.tensor(type, parameters),
            arena.tensor(type, parameters),
            isHalf(moments) ? Optional.of(arena.tensor(DType.F32, 2)) : Optional.empty(),
            averaged ? Optional.of(arena.tensor(DType.F32, parameters)) : Optional.empty());
    group = opened.optimizer().group(List.of(tensors), arena);
    step();
    float[] after = opened.downloadFloats(parameter);
    for (int i = 0; i < after.length; i++) {
      double expected = before[i] - SETTINGS.learningRate() * Math.signum(gradients[i]);
      Checks.require(
          Math.abs(gradients[i]) < 0.01 || Math.abs(after[i] - expected) <= TOLERANCE,
          "parameter " + i + " is " + after[i] + ", not " + expected);
    }
    Checks.require(gradientNorm()[0] > 0, "the norm of the gradients is 0");
  }

  private static boolean isHalf(String moments) {
    return switch (moments) {
      case "f32" -> false;
      case "f16" -> true;
      default -> throw new IllegalArgumentException("moments are f32 or f16, not " + moments);
    };
  }

  /** Bytes that a step reads and writes. */
  static double stepBytes(int parameters, String moments, boolean averaged) {
    // The gradient is read; parameter, moments and average are read and written.
    int each = 4 + 8 + (isHalf(moments) ? 8 : 16) + (averaged ? 8 : 0);
    return (double) parameters * each;
  }

  @Benchmark
  public void step() {
    opened.optimizer().adam(SETTINGS, group);
    opened.synchronize();
  }

  @Benchmark
  public float[] gradientNorm() {
    opened.optimizer().gradientNorm(group, norm);
    return opened.downloadFloats(norm);
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    arena.close();
    opened.close();
  }
}
