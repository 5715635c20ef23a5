package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import java.util.Optional;
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

/**
 * How fast memory is read, in the backend's own memory and with as many threads as it has; on a
 * device how fast it is copied, where a byte that is read and written counts twice.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class MemoryBandwidthBenchmark {
  /** Copies on a device between two waits. */
  private static final int COPIES = 16;

  /** Megabytes (2^20 bytes) that are read: more than caches hold. */
  @Param("1024")
  public int megabytes;

  /** Name of the backend that allocates; auto for the fastest. */
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
  private Optional<MemoryReader> reader = Optional.empty();
  private Optional<DeviceCopy> copy = Optional.empty();

  /** Writes the memory and makes sure that all of it is read or copied. */
  @Setup(Level.Trial)
  public void load() throws InterruptedException, ExecutionException {
    opened = Opened.backend(backend, threads);
    if (Opened.isOnDevice(opened)) {
      copy = Optional.of(new DeviceCopy(opened, (long) megabytes << 20));
      copy.get().check();
    } else {
      reader = Optional.of(new MemoryReader(opened, megabytes, Opened.threads(threads)));
      reader.get().check();
    }
  }

  @Benchmark
  public int read(Traffic traffic) throws InterruptedException, ExecutionException {
    if (copy.isPresent()) {
      copy.get().run(COPIES);
      traffic.gigabytes += COPIES * copy.get().bytes() * 1e-9;
      return COPIES;
    }
    MemoryReader host = reader.orElseThrow();
    traffic.gigabytes += host.bytes() * 1e-9;
    return host.read();
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    reader.ifPresent(MemoryReader::close);
    copy.ifPresent(DeviceCopy::close);
    opened.close();
  }
}
