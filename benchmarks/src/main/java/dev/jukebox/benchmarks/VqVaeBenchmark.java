package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.vqvae.VqVae;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

/** Audio to codes and back with the shape of the released VQ-VAE and random weights. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class VqVaeBenchmark {
  private static final int CHECKED_HOPS = 4;
  private static final double TOLERANCE = 1e-4;

  /** Audio, in seconds; a rest shorter than a top-level hop is left out. */
  @Param("5")
  public double seconds;

  /** Name of the backend; auto for the fastest. */
  @Param("auto")
  public String backend;

  /** Threads that compute; 0 for one for each processor. */
  @Param("0")
  public int threads;

  /** The level that is decoded. */
  @State(Scope.Benchmark)
  public static class Decoded {
    @Param({"0", "1", "2"})
    public int level;
  }

  private Backend opened;
  private VqVae vqvae;
  private float[] audio;
  private List<int[]> codes;

  /** Loads the model; compares a little audio with plain Java and looks at all of it. */
  @Setup(Level.Trial)
  public void load() {
    VqVaeConfig config =
        VqVaeConfig.of(HyperparamSets.standard().resolve(List.of("vqvae"), Map.of()));
    int hops = (int) (seconds * config.sampleRate()) / config.topHop();
    audio = Opened.numbers(1, hops * config.topHop(), 0.2f);
    opened = Opened.backend(backend, threads);
    vqvae = model(opened, config);
    float[] little = Arrays.copyOf(audio, Math.min(hops, CHECKED_HOPS) * config.topHop());
    try (Backend java = Opened.reference();
        VqVae expected = model(java, config)) {
      requireAgreement(expected, vqvae, little);
    }
    codes = encode();
    for (int level = 0; level < codes.size(); level++) {
      Checks.require(
          codes.get(level).length == audio.length / config.hop(level), "number of codes");
      Checks.requireCodes(codes.get(level), config.bins(), "codes of level " + level);
      float[] decoded = vqvae.decode(codes.get(level), level);
      Checks.require(decoded.length == audio.length, "number of samples");
      Checks.requireNumbers(decoded, "audio of level " + level);
    }
  }

  private static VqVae model(Backend backend, VqVaeConfig config) {
    try (WeightSource source = VqVaeWeights.of(config)) {
      WeightReader reader = new WeightReader(source);
      VqVae vqvae = new VqVae(backend, config, reader);
      reader.finish();
      return vqvae;
    }
  }

  private static void requireAgreement(VqVae expected, VqVae actual, float[] audio) {
    for (int level = 0; level < expected.config().levels(); level++) {
      int[] codes = expected.encode(audio, level);
      Checks.requireSameCodes(
          List.of(codes), List.of(actual.encode(audio, level)), "codes and those of java");
      Checks.requireClose(
          expected.decode(codes, level),
          actual.decode(codes, level),
          TOLERANCE,
          "audio and that of java");
    }
  }

  /** The codes of every level. */
  @Benchmark
  public List<int[]> encode() {
    List<int[]> all = new ArrayList<>();
    for (int level = 0; level < vqvae.config().levels(); level++) {
      all.add(vqvae.encode(audio, level));
    }
    return all;
  }

  /** The audio of one level. */
  @Benchmark
  public float[] decode(Decoded decoded) {
    return vqvae.decode(codes.get(decoded.level), decoded.level);
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void unload() {
    vqvae.close();
    opened.close();
  }
}
