package dev.jukebox.benchmarks;

import dev.jukebox.core.prior.DecodeSession;
import java.util.List;
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

/** The time to fill the prompt of a batch into new windows. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class PrefillBenchmark {
  /** Codes of the prompt. */
  @Param("512")
  public int tokens;

  /** Positions that are computed at once. */
  @Param("128")
  public int chunk;

  private List<int[]> prompts;
  private DecodeSession session;

  /** Chooses the prompt. */
  @Setup(Level.Trial)
  public void choose(PriorState prior) {
    prompts = prior.prompts(tokens);
  }

  /** Opens a window. */
  @Setup(Level.Invocation)
  public void start(PriorState prior) {
    session = prior.open();
  }

  /** Reads codes back so that the work is done when the time stops. */
  @Benchmark
  public List<int[]> prefill() {
    session.prefill(prompts, chunk);
    return session.lastCodes(0);
  }

  /** Frees the window. */
  @TearDown(Level.Invocation)
  public void stop() {
    session.close();
  }
}
