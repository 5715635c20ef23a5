package dev.jukebox.core.train.vqvae;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Distance;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Losses;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.train.nn.StepLoss;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** The losses and metrics of one batch of a VQ-VAE, by the original's names. */
public final class VqVaeStep {
  private final VqVaeModel model;
  private final VqVaeLosses losses;

  /** Steps of a model. */
  public VqVaeStep(VqVaeModel model, VqVaeLosses losses) {
    this.model = model;
    this.losses = losses;
  }

  /**
   * What a batch gave.
   *
   * @param loss the total and its parts
   * @param reconstructions the audio of each level, finest first, [batch, time, 1]; theirs is the
   *     tape's memory
   */
  public record Result(StepLoss loss, List<Tensor> reconstructions) {

    public Result {
      reconstructions = List.copyOf(reconstructions);
    }
  }

  /**
   * Runs a batch; on a tape that records, codebooks learn from it too.
   *
   * @param audio F32 [batch, time, 1], time a multiple of the top level's hop
   * @param random chooses the vectors that unused codes begin again with
   */
  public Result run(Tape tape, Tensor audio, Random random) {
    long time = audio.shape().dim(1);
    if (time % model.config().topHop() != 0) {
      throw new InvalidInputException(
          "sample_length is "
              + time
              + ", expected a multiple of the top level's hop "
              + model.config().topHop());
    }
    int levels = model.config().levels();
    Variable x = tape.constant(audio);
    Targets targets = new Targets(tape, audio, losses);
    Sums sums = new Sums();
    List<Variable> outputs = new ArrayList<>();
    List<VqVaeModel.Level> encoded = new ArrayList<>();
    double commitLoss = 0;
    for (int level = 0; level < levels; level++) {
      VqVaeModel.Level run = model.run(tape, level, x, losses.commit(), random);
      commitLoss += run.quantised().commitLoss();
      Tensor vectors = run.vectors().value();
      Map<String, Double> own = new LinkedHashMap<>();
      own.put("fit", run.quantised().commitLoss() * vectors.shape().rowLength());
      own.put("pn", Norms.prenorm(tape.backend().downloadFloats(vectors)));
      sums.addQuantiser(own, levels);
      outputs.add(run.audio());
      encoded.add(run);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int level = levels - 1; level >= 0; level--) {
      sums.addLevel(targets.level(outputs.get(level)), level, metrics);
    }
    double loss =
        sums.reconstruction
            + losses.spectral() * sums.spectral
            + losses.multispectral() * sums.multispectral
            + losses.commit() * commitLoss;
    metrics.put("recons_loss", sums.reconstruction);
    metrics.put("spectral_loss", sums.spectral);
    metrics.put("multispectral_loss", sums.multispectral);
    targets.finest(outputs.get(0), metrics);
    metrics.put("commit_loss", commitLoss);
    if (tape.isRecording() && Double.isFinite(loss)) {
      learnCodebooks(encoded, sums, random);
    }
    metrics.putAll(sums.quantiser);
    return new Result(new StepLoss(loss, metrics), outputs.stream().map(Variable::value).toList());
  }

  private void learnCodebooks(List<VqVaeModel.Level> encoded, Sums sums, Random random) {
    for (int level = 0; level < encoded.size(); level++) {
      VqVaeModel.Level own = encoded.get(level);
      Map<String, Double> metrics =
          model
              .codebooks()
              .get(level)
              .update(own.vectors().value(), own.quantised().codes(), random);
      sums.addQuantiser(metrics, encoded.size());
    }
  }

  private record LevelLosses(double reconstruction, double spectral, double multispectral) {}

  /** Sums over levels. */
  private static final class Sums {
    private final Map<String, Double> quantiser = new LinkedHashMap<>();
    private double reconstruction;
    private double spectral;
    private double multispectral;

    void addQuantiser(Map<String, Double> own, int levels) {
      own.forEach((name, value) -> quantiser.merge(name, value / levels, Double::sum));
    }

    void addLevel(LevelLosses own, int level, Map<String, Double> metrics) {
      metrics.put("recons_loss_l" + (level + 1), own.reconstruction());
      metrics.put("spectral_loss_l" + (level + 1), own.spectral());
      metrics.put("multispectral_loss_l" + (level + 1), own.multispectral());
      reconstruction += own.reconstruction();
      spectral += own.spectral();
      multispectral += own.multispectral();
    }
  }

  /** The audio to be reconstructed, with the spectra that every level is compared with. */
  private static final class Targets {
    private final Tape tape;
    private final Tensor audio;
    private final VqVaeLosses losses;
    private final Map<Stft, Tensor> spectra = new LinkedHashMap<>();

    Targets(Tape tape, Tensor audio, VqVaeLosses losses) {
      this.tape = tape;
      this.audio = audio;
      this.losses = losses;
    }

    private Tensor spectrum(Stft stft) {
      return spectra.computeIfAbsent(
          stft,
          key -> {
            long batch = audio.shape().dim(0);
            long time = audio.shape().dim(1);
            Tensor spectrum = tape.take(DType.F32, batch, key.frames(time), key.bins(), 2);
            tape.backend().training().spectral().stft(key, audio.reshape(batch, time), spectrum);
            return spectrum;
          });
    }

    LevelLosses level(Variable x) {
      double reconstruction = 0;
      for (Map.Entry<Distance, Double> entry : losses.reconstruction().entrySet()) {
        double weight = entry.getValue() / losses.bandwidthOf(entry.getKey());
        reconstruction += weight * distance(entry.getKey(), x, weight);
      }
      double[] divisors = spectralDivisors();
      double spectral = spectral(VqVaeLosses.SPECTRAL, x, losses.spectral(), divisors);
      double multispectral = 0;
      double share = 1.0 / losses.resolutions().size();
      double[] bandwidth = repeated(losses.bandwidth().spec());
      for (Stft stft : losses.resolutions()) {
        multispectral += share * spectral(stft, x, share * losses.multispectral(), bandwidth);
      }
      return new LevelLosses(reconstruction, spectral, multispectral);
    }

    /** The mean distance, noted as a loss of this weight. */
    private double distance(Distance kind, Variable x, double weight) {
      int batch = Math.toIntExact(audio.shape().dim(0));
      long perItem = audio.size() / batch;
      int k = (int) Math.min(losses.linfK(), perItem);
      return mean(Losses.distance(tape, kind, k, audio, x, weight / batch));
    }

    private double spectral(Stft stft, Variable x, double weight, double[] divisors) {
      double[] weights = new double[divisors.length];
      for (int n = 0; n < weights.length; n++) {
        weights[n] = divisors[n] == 0 ? 0 : weight / divisors[n] / weights.length;
      }
      float[] distances = Losses.spectralDistance(tape, stft, spectrum(stft), x, weights);
      double sum = 0;
      for (int n = 0; n < distances.length; n++) {
        sum += divisors[n] == 0 ? 0 : distances[n] / divisors[n];
      }
      return sum / distances.length;
    }

    private double[] repeated(double divisor) {
      double[] all = new double[Math.toIntExact(audio.shape().dim(0))];
      Arrays.fill(all, divisor);
      return all;
    }

    /** What each item's spectral distance is divided by: the data's bandwidth, or its own norm. */
    private double[] spectralDivisors() {
      return losses.relativeSpectral() ? norms() : repeated(losses.bandwidth().spec());
    }

    /** The norm of each item's magnitudes; 0 for silence, which has no convergence. */
    private double[] norms() {
      return Norms.spectral(tape, spectrum(VqVaeLosses.SPECTRAL));
    }

    /** Metrics of the finest level's reconstruction. */
    void finest(Variable x, Map<String, Double> metrics) {
      metrics.put("spectral_convergence", spectral(VqVaeLosses.SPECTRAL, x, 0, norms()));
      for (Distance kind : List.of(Distance.L2, Distance.L1, Distance.LINF)) {
        String name = kind.name().toLowerCase(Locale.ROOT) + "_loss";
        metrics.put(name, distance(kind, x, 0) / losses.bandwidthOf(kind));
      }
    }

    private static double mean(float[] values) {
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      return sum / values.length;
    }
  }
}
