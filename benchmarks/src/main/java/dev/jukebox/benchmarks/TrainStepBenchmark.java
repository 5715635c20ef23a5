package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Workspace;
import dev.jukebox.core.data.Bandwidth;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.train.prior.PriorBatch;
import dev.jukebox.core.train.prior.PriorModel;
import dev.jukebox.core.train.prior.PriorStep;
import dev.jukebox.core.train.vqvae.VqVaeLosses;
import dev.jukebox.core.train.vqvae.VqVaeModel;
import dev.jukebox.core.train.vqvae.VqVaeStep;
import dev.jukebox.core.vqvae.VqVaeConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

/** A whole step of training: forward, backward, clipping, Adam and moving averages. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class TrainStepBenchmark {

  /** What is trained: the VQ-VAE of small_vqvae, or a prior of 8 layers. */
  @Param({"vqvae", "prior"})
  public String model;

  /** Items of a batch; 0 for 2 of the VQ-VAE's and 4 of the prior's. */
  @Param("0")
  public int batch;

  /** Samples of an item of the VQ-VAE's, or codes of the prior's; 0 for 65536 and 1024. */
  @Param("0")
  public int length;

  /** Channels of the prior. */
  @Param("256")
  public int width;

  /** Name of the backend; auto for the fastest. */
  @Param("cpp")
  public String backend;

  /** Threads that compute; 0 for one for each processor. */
  @Param("0")
  public int threads;

  private Backend opened;
  private Arena arena;
  private Workspace workspace;
  private Optimizer optimizer;
  private Work work;

  private interface Work extends AutoCloseable {
    Parameters parameters();

    double losses(Tape tape);

    @Override
    void close();
  }

  /** Builds the model and takes two steps, whose losses must be numbers and must differ. */
  @Setup(Level.Trial)
  public void load() {
    opened = Opened.backend(backend, threads);
    arena = opened.arena();
    workspace = new Workspace(opened);
    Hyperparams hps =
        HyperparamSets.standard()
            .resolve(List.of("small_vqvae"), Map.of("lr_warmup", 1.0, "bs", 1));
    work = model.equals("vqvae") ? vqvae(hps) : prior(hps);
    optimizer = new Optimizer(work.parameters(), hps, 1);
    double first = run();
    run();
    double third = run();
    if (!(Math.abs(first - third) > 0)) {
      throw new IllegalStateException("steps learn nothing: " + first + ", " + third);
    }
  }

  private Work vqvae(Hyperparams hps) {
    int items = batch == 0 ? 2 : batch;
    int samples = length == 0 ? 65_536 : length;
    VqVaeModel vqvae = new VqVaeModel(opened, VqVaeConfig.of(hps), hps.doubleOf("l_mu"), 1);
    VqVaeStep step = new VqVaeStep(vqvae, VqVaeLosses.of(hps, new Bandwidth(0.3, 0.5, 100)));
    Tensor audio = arena.tensor(DType.F32, items, samples, 1);
    opened.upload(audio, Opened.numbers(3, items * samples, 1));
    Random random = new Random(1);
    return new Work() {
      @Override
      public Parameters parameters() {
        return vqvae.parameters();
      }

      @Override
      public double losses(Tape tape) {
        return step.run(tape, audio, random).loss().loss();
      }

      @Override
      public void close() {
        vqvae.close();
      }
    };
  }

  private Work prior(Hyperparams small) {
    int items = batch == 0 ? 4 : batch;
    int nCtx = length == 0 ? 1_024 : length;
    Hyperparams hps =
        HyperparamSets.standard()
            .override(
                small,
                Map.of(
                    "level",
                    1,
                    "l_bins",
                    512,
                    "n_ctx",
                    nCtx,
                    "prior_width",
                    width,
                    "prior_depth",
                    8,
                    "heads",
                    2,
                    "attn_order",
                    2,
                    "blocks",
                    16,
                    "labels",
                    false));
    PriorConfig config = PriorConfig.of(hps, VqVaeConfig.of(hps));
    PriorModel prior = new PriorModel(opened, config, 1);
    PriorStep step = new PriorStep(prior);
    Random random = new Random(2);
    List<int[]> codes = new ArrayList<>();
    for (int n = 0; n < items; n++) {
      codes.add(random.ints(nCtx, 0, 512).toArray());
    }
    PriorBatch given = new PriorBatch(codes, List.of(), Collections.nCopies(items, new long[0]));
    return new Work() {
      @Override
      public Parameters parameters() {
        return prior.parameters();
      }

      @Override
      public double losses(Tape tape) {
        return step.run(tape, given).loss();
      }

      @Override
      public void close() {
        prior.close();
      }
    };
  }

  private double run() {
    work.parameters().clearGradients();
    double loss;
    try (Tape tape = Tape.recording(workspace)) {
      loss = work.losses(tape);
      tape.backward(1);
    }
    if (!optimizer.step().isTaken() || !Double.isFinite(loss)) {
      throw new IllegalStateException("a step was not taken, with the loss " + loss);
    }
    return loss;
  }

  /** One step, in the memory of the first. */
  @Benchmark
  public double step() {
    long before = workspace.peakBytes();
    double loss = run();
    if (workspace.peakBytes() != before || workspace.takenBytes() != 0) {
      throw new IllegalStateException("a step took other memory than the one before");
    }
    return loss;
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void close() {
    optimizer.close();
    work.close();
    workspace.close();
    arena.close();
    opened.close();
  }
}
