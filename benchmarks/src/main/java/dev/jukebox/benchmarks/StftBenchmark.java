package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Stft;
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

/** The short-time Fourier transform of a batch of signals, and its gradient. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class StftBenchmark {
  private static final double TOLERANCE = 1e-5;

  /** Samples of a frame, between frames, and of the window; those of the multispectral loss. */
  @Param({"2048,240,1200", "1024,120,600", "512,50,240"})
  public String transform;

  /** Samples of a signal. */
  @Param("65536")
  public int samples;

  /** Signals. */
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
  private Stft stft;
  private Tensor x;
  private Tensor spectrum;
  private Tensor dx;

  /** Makes the signals; compares the spectrum of a short one with plain Java. */
  @Setup(Level.Trial)
  public void load() {
    String[] parts = transform.split(",", -1);
    stft =
        new Stft(
            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    opened = Opened.backend(backend, threads);
    try (Backend reference = Opened.reference()) {
      Checks.requireClose(once(reference), once(opened), TOLERANCE, "gradient of a spectrum");
    }
    arena = opened.arena();
    x = arena.tensor(DType.F32, batch, samples);
    dx = arena.tensor(DType.F32, batch, samples);
    spectrum = arena.tensor(DType.F32, batch, stft.frames(samples), stft.bins(), 2);
    opened.upload(x, Opened.numbers(1, batch * samples, 1));
    Checks.requireNumbers(opened.downloadFloats(forward()), "spectrum");
  }

  /** A short signal's spectrum, and the gradient of half its square. */
  private float[] once(Backend on) {
    try (Arena some = on.arena()) {
      int time = stft.nFft() + 1;
      Tensor in = some.tensor(DType.F32, 1, time);
      Tensor to = some.tensor(DType.F32, 1, stft.frames(time), stft.bins(), 2);
      Tensor d = some.tensor(DType.F32, 1, time);
      on.upload(in, Opened.numbers(1, time, 1));
      on.training().spectral().stft(stft, in, to);
      on.training().spectral().stftGradient(stft, to, d);
      return on.downloadFloats(d);
    }
  }

  @Benchmark
  public Tensor forward() {
    opened.training().spectral().stft(stft, x, spectrum);
    return spectrum;
  }

  @Benchmark
  public Tensor gradient() {
    opened.training().spectral().stftGradient(stft, spectrum, dx);
    return dx;
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    arena.close();
    opened.close();
  }
}
