package dev.jukebox.core.train.prior;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Losses;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.train.nn.StepLoss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The loss of one batch of a prior in bits, and its metrics by the original's names. */
public final class PriorStep {
  private static final double BITS = 1 / Math.log(2);

  private final PriorModel model;
  private final double genShare;
  private final double primeShare;

  /** Steps of a model. */
  public PriorStep(PriorModel model) {
    this.model = model;
    PriorConfig config = model.config();
    double gen = config.nCtx();
    double prime = config.lyrics() ? config.nTokens() : 0;
    this.genShare = gen / (gen + prime);
    this.primeShare = config.hps().doubleOf("prime_loss_fraction") * prime / (gen + prime);
  }

  /**
   * Runs a batch: loss = prime_loss_fraction·prime_loss·(lyric length/total length) +
   * gen_loss·(music length/total length).
   */
  public StepLoss run(Tape tape, PriorBatch batch) {
    PriorConfig config = model.config();
    int items = batch.codes().size();
    int prime = config.primeLength();
    List<int[]> sequence =
        prime == 0
            ? batch.codes()
            : Tokens.joined(model.lyricTokens(batch.y()), batch.codes(), config.nVocab());
    int length = prime + config.nCtx();
    Tensor targets = upload(tape, sequence, length);
    PriorModel.Forward forward = model.forward(tape, batch, sequence);
    float[] weights = new float[items * length];
    for (int n = 0; n < items; n++) {
      int from = n * length;
      Arrays.fill(weights, from, from + prime, share(primeShare, items, prime));
      Arrays.fill(weights, from + prime, from + length, share(genShare, items, config.nCtx()));
    }
    float[] losses = Losses.crossEntropy(tape, forward.logits(), targets, weights);
    double genLoss = mean(losses, items, length, prime, length);
    double primeLoss = prime == 0 ? 0 : mean(losses, items, length, 0, prime);
    if (forward.lyricLogits().isPresent()) {
      primeLoss = lyricLoss(tape, forward.lyricLogits().get(), batch);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("bpd", genLoss);
    metrics.put("prime_loss", primeLoss);
    metrics.put("gen_loss", genLoss);
    return new StepLoss(primeShare * primeLoss + genShare * genLoss, metrics);
  }

  private double lyricLoss(Tape tape, Variable logits, PriorBatch batch) {
    int items = batch.y().size();
    int length = model.config().nTokens();
    Tensor targets = upload(tape, model.lyricTokens(batch.y()), length);
    float[] weights = new float[items * length];
    Arrays.fill(weights, share(primeShare, items, length));
    return mean(Losses.crossEntropy(tape, logits, targets, weights), items, length, 0, length);
  }

  private static Tensor upload(Tape tape, List<int[]> tokens, int length) {
    Tensor targets = tape.take(DType.I32, tokens.size(), length);
    tape.backend().upload(targets, Tokens.flat(tokens, length));
    return targets;
  }

  private static float share(double share, int items, int length) {
    return (float) (share * BITS / ((double) items * length));
  }

  /** The mean of some positions of every item, in bits. */
  private static double mean(float[] losses, int items, int length, int from, int to) {
    double sum = 0;
    for (int n = 0; n < items; n++) {
      for (int i = from; i < to; i++) {
        sum += losses[n * length + i];
      }
    }
    return sum * BITS / ((double) items * (to - from));
  }
}
