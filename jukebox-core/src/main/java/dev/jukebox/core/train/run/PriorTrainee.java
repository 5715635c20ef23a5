package dev.jukebox.core.train.run;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.checkpoint.ModelLayout;
import dev.jukebox.core.checkpoint.SavedRun;
import dev.jukebox.core.data.Batch;
import dev.jukebox.core.labels.LabelInfo;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.train.nn.StepLoss;
import dev.jukebox.core.train.prior.PriorBatch;
import dev.jukebox.core.train.prior.PriorModel;
import dev.jukebox.core.train.prior.PriorStep;
import dev.jukebox.core.vqvae.VqVae;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.store.BackendElements;
import dev.jukebox.core.weights.store.FileTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A prior or upsampler that a run trains, on codes that a frozen VQ-VAE makes of each batch. */
final class PriorTrainee implements Trainee {
  private static final int CHUNK = 64;
  private static final SamplerSettings AS_LEARNT = new SamplerSettings(1, 0, 0);

  private final Backend backend;
  private final VqVae vqvae;
  private final ChunkCodes chunkCodes;
  private final Labeller labeller;
  private final PriorModel model;
  private final PriorStep step;

  /**
   * A fresh prior.
   *
   * @param vqvae frozen; closed with this
   * @param chunkCodes its codes of the data; closed with this
   */
  PriorTrainee(
      Backend backend, VqVae vqvae, ChunkCodes chunkCodes, PriorConfig config, Labeller labeller) {
    this.backend = backend;
    this.vqvae = vqvae;
    this.chunkCodes = chunkCodes;
    this.labeller = labeller;
    this.model = new PriorModel(backend, config, config.hps().longOf("seed"));
    this.step = new PriorStep(model);
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public ModelLayout layout() {
    ModelLayout plain = ModelLayout.plain();
    return model.config().mergedDecoder()
        ? plain
        : plain.tied("prior.x_out.weight", "prior.x_emb.weight");
  }

  @Override
  public Map<String, Object> extras() {
    return Map.of();
  }

  @Override
  public void restored(SavedRun saved) {}

  @Override
  public StepLoss run(Tape tape, Batch batch, Random random) {
    return step.run(tape, codes(batch));
  }

  private PriorBatch codes(Batch batch) {
    int level = model.config().level();
    List<int[]> above = model.config().isTop() ? List.of() : chunkCodes.of(batch, level + 1);
    return new PriorBatch(chunkCodes.of(batch, level), above, labels(batch));
  }

  private static List<long[]> labels(Batch batch) {
    long[] all = batch.labels();
    int length = batch.yLength();
    List<long[]> labels = new ArrayList<>();
    for (int n = 0; n < batch.size(); n++) {
      labels.add(Arrays.copyOfRange(all, n * length, (n + 1) * length));
    }
    return labels;
  }

  @Override
  public void logBatch(RunLog log, String tag, Batch batch) {
    log.audio(tag + "_x_in", VqVaeTrainee.rows(batch.samples(), batch.size()));
    PriorBatch codes = codes(batch);
    log.audio(tag + "_x_out", decode(codes.codes()));
    logLabels(log, tag + "_y_in", codes.y());
  }

  private List<float[]> decode(List<int[]> codes) {
    return codes.stream().map(item -> vqvae.decode(item, model.config().level())).toList();
  }

  private void logLabels(RunLog log, String tag, List<long[]> labels) {
    if (!model.config().labels()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < labels.size(); n++) {
      LabelInfo info = labeller.describe(labels.get(n));
      text.append(n)
          .append(" artist: ")
          .append(info.artist())
          .append(", genre: ")
          .append(info.genre())
          .append(", lyrics: ")
          .append(info.lyrics())
          .append("\n\n");
    }
    log.text(tag, text.toString());
  }

  @Override
  public void logSamples(RunLog log, Batch batch, long seed, BooleanSupplier cancelled) {
    PriorBatch given = codes(batch);
    int nCtx = model.config().nCtx();
    int[] items = IntStream.range(0, given.codes().size()).toArray();
    List<int[]> drawn;
    try (Prior prior = copy();
        Conditioning conditioning = prior.condition(given.y(), given.above());
        DecodeSession session = prior.open(conditioning)) {
      session.prefill(given.codes().stream().map(item -> new int[0]).toList(), CHUNK);
      for (int position = 0; position < nCtx; position++) {
        if (cancelled.getAsBoolean()) {
          return;
        }
        session.step(AS_LEARNT, seed, items, position);
        if (position % CHUNK == 0) {
          session.await(position);
        }
      }
      drawn = session.lastCodes(nCtx);
    }
    log.audio("sample_x_T1", decode(drawn));
    logLabels(log, "sample_x_T1", given.y());
  }

  /** The model as it is now, in the shape that samples. */
  private Prior copy() {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters().all()) {
      tensors.put(parameter.name(), BackendElements.tensor(backend, parameter.value(), DType.F32));
    }
    WeightReader reader = new WeightReader(WeightSource.of("the model in training", tensors));
    return new Prior(backend, model.config(), reader, DType.F32);
  }

  @Override
  public void close() {
    model.close();
    chunkCodes.close();
    vqvae.close();
  }
}
