package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import java.util.concurrent.ExecutionException;
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

/** How fast memory is read, in the backend's own memory and with as many threads as it has. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class MemoryBandwidthBenchmark {

  /** Megabytes (2^20 bytes) that are read: more than caches hold. */
  @Param("1024")
  public int megabytes;

  /** Name of the backend that allocates, which has to be on the host; auto for the fastest. */
  @Param("auto")
  public String backend;

  /** Threads that read; 0 for one for each processor. */
  @Param("0")
  public int threads;

  /** What was read: the result {@code gigabytes} is in 10^9 bytes a second. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Traffic {
    public double gigabytes;
  }

  private Backend opened;
  private MemoryReader reader;

  /** Writes the memory and makes sure that all of it is read. */
  @Setup(Level.Trial)
  public void load() throws InterruptedException, ExecutionException {
    opened = Opened.backend(backend, threads);
    reader = new MemoryReader(opened, megabytes, Opened.threads(threads));
    reader.check();
  }

  @Benchmark
  public int read(Traffic traffic) throws InterruptedException, ExecutionException {
    traffic.gigabytes += reader.bytes() * 1e-9;
    return reader.read();
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    reader.close();
    opened.close();
  }
}
