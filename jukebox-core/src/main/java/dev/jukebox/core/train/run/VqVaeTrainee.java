package dev.jukebox.core.train.run;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Workspace;
import dev.jukebox.core.checkpoint.ModelLayout;
import dev.jukebox.core.checkpoint.SavedRun;
import dev.jukebox.core.data.Batch;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.train.nn.StepLoss;
import dev.jukebox.core.train.vqvae.Codebook;
import dev.jukebox.core.train.vqvae.CodebookState;
import dev.jukebox.core.train.vqvae.VqVaeLosses;
import dev.jukebox.core.train.vqvae.VqVaeModel;
import dev.jukebox.core.train.vqvae.VqVaeStep;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.store.FileTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A VQ-VAE that a run trains. */
final class VqVaeTrainee implements Trainee {
  private static final String SUMS = "k_sum.";
  private static final String COUNTS = "k_elem.";
  private static final String THRESHOLD = "threshold.";

  private final Backend backend;
  private final Hyperparams hps;
  private final VqVaeModel model;
  private final VqVaeStep step;

  VqVaeTrainee(Backend backend, Hyperparams hps, VqVaeLosses losses) {
    this.backend = backend;
    this.hps = hps;
    this.model =
        new VqVaeModel(backend, VqVaeConfig.of(hps), hps.doubleOf("l_mu"), hps.longOf("seed"));
    this.step = new VqVaeStep(model, losses);
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public ModelLayout layout() {
    ModelLayout layout = ModelLayout.plain();
    for (int level = 0; level < model.codebooks().size(); level++) {
      layout =
          layout.buffer(
              "bottleneck.level_blocks." + level + ".k", model.codebooks().get(level).vectors());
    }
    return layout;
  }

  @Override
  public Map<String, Object> extras() {
    Map<String, Object> extras = new LinkedHashMap<>();
    for (int level = 0; level < model.codebooks().size(); level++) {
      CodebookState state = model.codebooks().get(level).state();
      int bins = model.config().bins();
      int width = model.config().embWidth();
      extras.put(SUMS + level, FileTensor.ofFloats(state.kSum(), bins, width));
      extras.put(COUNTS + level, FileTensor.ofFloats(state.kElem(), bins));
      extras.put(THRESHOLD + level, state.threshold());
    }
    return extras;
  }

  @Override
  public void restored(SavedRun saved) {
    Map<String, Object> extras = saved.extras();
    for (int level = 0; level < model.codebooks().size(); level++) {
      Codebook codebook = model.codebooks().get(level);
      float[] k = backend.downloadFloats(codebook.vectors());
      if (extras.get(SUMS + level) instanceof FileTensor sums
          && extras.get(COUNTS + level) instanceof FileTensor counts
          && extras.get(THRESHOLD + level) instanceof Double threshold) {
        codebook.restore(new CodebookState(k, sums.toFloats(), counts.toFloats(), threshold));
      } else {
        long tokens = hps.longOf("sample_length") / model.config().hop(level);
        codebook.restore(k, tokens, hps.doubleOf("revival_threshold"));
      }
    }
  }

  @Override
  public StepLoss run(Tape tape, Batch batch, Random random) {
    return step.run(tape, upload(tape, batch), random).loss();
  }

  private static Tensor upload(Tape tape, Batch batch) {
    Tensor audio = tape.take(DType.F32, batch.size(), batch.sampleLength(), 1);
    tape.backend().upload(audio, batch.samples());
    return audio;
  }

  @Override
  public void logBatch(RunLog log, String tag, Batch batch) {
    log.audio(tag + "_x_in", rows(batch.samples(), batch.size()));
    try (Workspace workspace = new Workspace(backend);
        Tape tape = Tape.evaluating(workspace)) {
      List<Tensor> levels = step.run(tape, upload(tape, batch), new Random(0)).reconstructions();
      for (int level = 0; level < levels.size(); level++) {
        List<float[]> items = rows(backend.downloadFloats(levels.get(level)), batch.size());
        log.audio(tag + "_x_ds_start_" + level, items);
        if (level == 0) {
          log.audio(tag + "_x_out", items);
        }
      }
    }
  }

  /** Each item of a batch. */
  static List<float[]> rows(float[] values, int items) {
    int length = values.length / items;
    List<float[]> rows = new ArrayList<>();
    for (int n = 0; n < items; n++) {
      rows.add(Arrays.copyOfRange(values, n * length, (n + 1) * length));
    }
    return rows;
  }

  @Override
  public void logSamples(RunLog log, Batch batch, long seed, BooleanSupplier cancelled) {}

  @Override
  public void close() {
    model.close();
  }
}
