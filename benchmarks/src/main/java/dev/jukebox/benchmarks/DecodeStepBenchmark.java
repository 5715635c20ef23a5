package dev.jukebox.benchmarks;

import dev.jukebox.core.prior.DecodeSession;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of one code for every item of a batch: embedding, all layers, logits and draw.
 *
 * <p>A device is asked for {@value #STEPS} codes before the host waits for them, as a run does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DecodeStepBenchmark {
  /** Codes that are asked for at once. */
  static final int STEPS = 32;

  /** Codes that are drawn first: the first runs by itself and the second is captured. */
  private static final int FIRST = 2;

  private static final int CHUNK = 128;

  /** Codes that are filled in before the first step. */
  @Param("128")
  public int prompt;

  private DecodeSession session;
  private int[] items;
  private int drawn;

  /** Opens a window and fills in the prompt. */
  @Setup(Level.Trial)
  public void start(PriorState prior) {
    Checks.require(
        prompt + FIRST + STEPS <= prior.nCtx,
        "a prompt of " + prompt + " codes leaves no room in a window of " + prior.nCtx);
    items = IntStream.range(0, prior.batch).toArray();
    fill(prior);
  }

  private void fill(PriorState prior) {
    session = prior.open();
    session.prefill(prior.prompts(prompt), CHUNK);
    drawn = 0;
    draw(FIRST);
  }

  private void draw(int count) {
    for (int i = 0; i < count; i++) {
      Drawing.enqueue(session, items);
    }
    drawn += count;
    session.await(drawn);
  }

  /** Goes on in a new window where the last is full; JMH leaves this out of the time. */
  @Setup(Level.Invocation)
  public void wrap(PriorState prior) {
    if (session.codeCount() + STEPS > prior.nCtx) {
      finish(prior);
      fill(prior);
    }
  }

  @Benchmark
  @OperationsPerInvocation(STEPS)
  public long step() {
    draw(STEPS);
    return session.ended();
  }

  private void finish(PriorState prior) {
    try {
      Checks.require(session.ended() == drawn, "the codes that were drawn to the end");
      session
          .lastCodes(drawn)
          .forEach(codes -> Checks.requireCodes(codes, prior.bins, "codes that were timed"));
    } finally {
      session.close();
    }
  }

  /** Looks at the codes that were drawn last and frees the window. */
  @TearDown(Level.Trial)
  public void stop(PriorState prior) {
    finish(prior);
  }
}
