package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A prior of random weights, and the parameters of its size; its results are checked first. */
@State(Scope.Benchmark)
public class PriorState {
  /** Residual channels. */
  @Param("192")
  public int width;

  /** Layers. */
  @Param("12")
  public int depth;

  /** Attention heads. */
  @Param("2")
  public int heads;

  /** Which attention patterns the layers have; 0 to 3, 5 or 9, or 12 with lyrics. */
  @Param("2")
  public int attnOrder;

  /** Blocks of a window. */
  @Param("16")
  public int blocks;

  /** Positions of a window. */
  @Param("1024")
  public int nCtx;

  /** Codes that can be drawn. */
  @Param("256")
  public int bins;

  /** Lyric characters before the codes, with labels; 0 for a prior without both. */
  @Param("0")
  public int lyrics;

  /** Items that are decoded together. */
  @Param("1")
  public int batch;

  /** Type in which the matrices are kept: f32, f16, bf16 or i8. */
  @Param("f32")
  public String weights;

  /** Name of the backend; auto for the fastest. */
  @Param("auto")
  public String backend;

  /** Threads that compute; 0 for one for each processor. */
  @Param("0")
  public int threads;

  private Backend opened;
  private Prior prior;
  private Conditioning conditioning;

  /** Loads the prior and checks it, small against plain Java and at its own size. */
  @Setup(Level.Trial)
  public void load() {
    DType storage = storage(weights);
    PriorShape shape = new PriorShape(width, depth, heads, attnOrder, blocks, nCtx, bins, lyrics);
    opened = Opened.backend(backend, threads);
    try (Backend java = Opened.reference();
        Prior expected = prior(java, shape.small(), storage);
        Prior actual = prior(opened, shape.small(), storage)) {
      boolean sameCaches =
          java.attention().cacheType(storage) == opened.attention().cacheType(storage);
      Drawing.requireAgreement(expected, actual, batch, sameCaches);
      Drawing.requireConsistent(actual, batch);
    }
    prior = prior(opened, shape, storage);
    Drawing.requireConsistent(prior, batch);
    conditioning = Drawing.condition(prior, IntStream.range(0, batch).toArray());
  }

  static DType storage(String weights) {
    return DType.valueOf(weights.toUpperCase(Locale.ROOT));
  }

  private static Prior prior(Backend backend, PriorShape shape, DType storage) {
    try (WeightSource source = shape.weights()) {
      WeightReader reader = new WeightReader(source);
      Prior prior = new Prior(backend, shape.config(), reader, storage);
      reader.finish();
      return prior;
    }
  }

  /** An empty window. */
  DecodeSession open() {
    return prior.open(conditioning);
  }

  /** A prompt of this length for each item. */
  List<int[]> prompts(int length) {
    return IntStream.range(0, batch).mapToObj(item -> Opened.codes(item, length, bins)).toList();
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    conditioning.close();
    prior.close();
    opened.close();
  }
}
