package dev.jukebox.benchmarks;

import dev.jukebox.core.prior.DecodeSession;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** The time of one code for every item of a batch: embedding, all layers, logits and draw. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DecodeStepBenchmark {
  private static final int CHUNK = 128;

  /** Codes that are filled in before the first step. */
  @Param("128")
  public int prompt;

  private DecodeSession session;
  private int[] items;

  /** Opens a window and fills in the prompt. */
  @Setup(Level.Trial)
  public void start(PriorState prior) {
    items = IntStream.range(0, prior.batch).toArray();
    fill(prior);
  }

  private void fill(PriorState prior) {
    session = prior.open();
    session.prefill(prior.prompts(prompt), CHUNK);
  }

  /** Goes on in a new window where the last is full; JMH leaves this out of the time. */
  @Setup(Level.Invocation)
  public void wrap(PriorState prior) {
    if (session.codeCount() == prior.nCtx) {
      session.close();
      fill(prior);
    }
  }

  @Benchmark
  public List<int[]> step() {
    return Drawing.step(session, items);
  }

  /** Frees the window. */
  @TearDown(Level.Trial)
  public void stop() {
    session.close();
  }
}
