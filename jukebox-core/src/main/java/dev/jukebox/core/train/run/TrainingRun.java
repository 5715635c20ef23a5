package dev.jukebox.core.train.run;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.checkpoint.FineTuning;
import dev.jukebox.core.checkpoint.SavedRun;
import dev.jukebox.core.data.Bandwidth;
import dev.jukebox.core.data.DataListener;
import dev.jukebox.core.data.DataSettings;
import dev.jukebox.core.data.SkippedFile;
import dev.jukebox.core.data.SpectrumNorm;
import dev.jukebox.core.data.TrainingData;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.tensorboard.EventWriter;
import dev.jukebox.core.train.vqvae.VqVaeLosses;
import dev.jukebox.core.vqvae.VqVae;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Trains a VQ-VAE, a prior or an upsampler from a directory of music, as hyperparameters say.
 *
 * <pre>{@code
 * Hyperparams hps =
 *     HyperparamSets.standard()
 *         .resolve(List.of("small_vqvae"), Map.of("name", "mine", "audio_files_dir", "music", "train", true));
 * TrainResult result = TrainingRun.run(TrainSetup.of(hps), backend, listener);
 * }</pre>
 */
public final class TrainingRun {
  private static final double BANDWIDTH_SECONDS = 600;

  private final TrainSetup setup;
  private final Backend backend;
  private final TrainListener listener;
  private final List<String> notes = new ArrayList<>();

  private TrainingRun(TrainSetup setup, Backend backend, TrainListener listener) {
    this.setup = setup;
    this.backend = backend;
    this.listener = listener;
  }

  /**
   * Runs to the end of the last epoch, or until the learning rate is 0 or the listener cancels.
   *
   * @throws dev.jukebox.error.InvalidInputException if hyperparameters or data do not fit
   * @throws dev.jukebox.error.CheckpointException if a checkpoint is of another model
   * @throws dev.jukebox.error.ComputeException if the loss is no number any more
   * @throws dev.jukebox.error.CancelledException if the listener cancelled; a checkpoint was saved
   */
  public static TrainResult run(TrainSetup setup, Backend backend, TrainListener listener) {
    return new TrainingRun(setup, backend, listener).run();
  }

  private TrainResult run() {
    backend.training();
    Hyperparams complete = RunHyperparams.complete(setup.hps());
    boolean prior = complete.booleanOf("prior");
    RunFiles files = RunFiles.of(complete);
    String restoreName = prior ? "restore_prior" : "restore_vqvae";
    Optional<Path> restored = RunFiles.restored(complete, restoreName, setup.cache());
    if (complete.booleanOf("train") && complete.booleanOf("save")) {
      files.requireOwn(restored, restoreName);
    }
    if (!prior) {
      requireSpectra(complete);
    }
    Labelling labelling = Labelling.of(setup, complete, files, prior ? restored : Optional.empty());
    notes.addAll(labelling.notes());
    Hyperparams hps = labelling.hps();
    try (TrainingData data = open(hps, labelling, files);
        Trainee trainee = trainee(hps, labelling, data);
        Optimizer optimizer = new Optimizer(trainee.parameters(), hps, 1)) {
      Progress begin =
          restored
              .map(path -> restore(path, files.holds(path), hps, trainee, optimizer))
              .orElse(Progress.START)
              .fitting(data.train().batches(), hps.intOf("curr_epoch"));
      try (EventWriter events =
          optimizer.steps() == 0
              ? EventWriter.open(files.logs())
              : EventWriter.resume(files.logs(), optimizer.steps())) {
        RunLog log =
            new RunLog(
                events,
                hps.intOf("sr"),
                hps.intOf("max_len"),
                hps.intOf("max_log"),
                listener::warning);
        Saver saver =
            new Saver(
                hps,
                files,
                trainee,
                optimizer,
                setup.cache(),
                labelling.ids(),
                restored,
                listener::warning);
        listener.started(overview(hps, files, data, trainee, optimizer, begin));
        return new Trainer(hps, data, trainee, optimizer, log, saver, listener).run(begin);
      }
    }
  }

  /** Spectra continue a chunk by reflection of half a frame, which it has to be longer than. */
  private static void requireSpectra(Hyperparams hps) {
    int multispec = Arrays.stream(hps.intsOf("multispec_loss_n_fft")).max().orElse(0);
    int frame = Math.max(SpectrumNorm.FFT_SIZE, multispec);
    long length = hps.longOf("sample_length");
    if (length <= frame / 2) {
      throw new InvalidInputException(
          "sample_length of a VQ-VAE is "
              + length
              + ", but has to be above "
              + frame / 2
              + ", half of the largest frame of its spectral losses, "
              + frame
              + (multispec > SpectrumNorm.FFT_SIZE ? " of multispec_loss_n_fft" : "")
              + ": make sample_length longer");
    }
  }

  private TrainingData open(Hyperparams hps, Labelling labelling, RunFiles files) {
    return TrainingData.builder(DataSettings.of(hps))
        .labels(labelling.labeller(), labelling.metadata())
        .uses(hps.booleanOf("train"), hps.booleanOf("test"))
        .cacheDirectory(files.directory())
        .listener(new Forwarding(listener))
        .open();
  }

  /** Passes on what happens to the data. */
  private record Forwarding(TrainListener listener) implements DataListener {
    @Override
    public void measured(int done, int total) {
      listener.measured(done, total);
    }

    @Override
    public void skipped(SkippedFile file) {
      listener.skipped(file);
    }

    @Override
    public void warning(String sentence) {
      listener.warning(sentence);
    }
  }

  private Trainee trainee(Hyperparams hps, Labelling labelling, TrainingData data) {
    if (!hps.booleanOf("prior")) {
      Bandwidth bandwidth = data.bandwidth(BANDWIDTH_SECONDS, new ComputedNorm(backend));
      notes.add(
          "bandwidth of the data: l2 "
              + bandwidth.l2()
              + ", l1 "
              + bandwidth.l1()
              + ", spec "
              + bandwidth.spec());
      return new VqVaeTrainee(backend, hps, VqVaeLosses.of(hps, bandwidth));
    }
    VqVae vqvae = frozen(hps);
    try {
      PriorConfig config = PriorConfig.of(hps, vqvae.config());
      ChunkCodes codes =
          hps.booleanOf("cache_codes") ? cachedCodes(hps, vqvae) : ChunkCodes.encoding(vqvae);
      return new PriorTrainee(backend, vqvae, codes, config, labelling.labeller());
    } catch (RuntimeException e) {
      vqvae.close();
      throw e;
    }
  }

  private ChunkCodes cachedCodes(Hyperparams hps, VqVae vqvae) {
    Path path = RunFiles.restored(hps, "restore_vqvae", setup.cache()).orElseThrow();
    return ChunkCodes.cached(vqvae, RunFiles.of(hps).directory(), SongCodes.identity(path));
  }

  private VqVae frozen(Hyperparams hps) {
    Path path = RunFiles.restored(hps, "restore_vqvae", setup.cache()).orElseThrow();
    try (WeightSource source = WeightSource.vqvae(path)) {
      WeightReader reader = new WeightReader(source);
      VqVae vqvae = new VqVae(backend, VqVaeConfig.of(hps), reader);
      try {
        reader.finish();
      } catch (RuntimeException e) {
        vqvae.close();
        throw e;
      }
      return vqvae;
    }
  }

  /** Goes on from a checkpoint, of the run itself or of another, with the changes asked for. */
  private Progress restore(
      Path path, boolean own, Hyperparams hps, Trainee trainee, Optimizer optimizer) {
    try (SavedRun saved = SavedRun.open(path)) {
      if (fineTune(saved, own, hps, trainee)) {
        return Progress.START;
      }
      saved.resume(trainee.parameters(), trainee.layout(), optimizer);
      trainee.restored(saved);
      notes.add("restored step " + saved.step() + " of " + path);
      return Progress.of(saved.extras());
    }
  }

  /** Loads a model of which tables were asked to change; false where they did not. */
  private boolean fineTune(SavedRun saved, boolean own, Hyperparams hps, Trainee trainee) {
    FineTuning tuning =
        setup.extendIds() ? NameTables.grown(saved, trainee.parameters()) : FineTuning.none();
    if (hps.booleanOf("resize_positions")) {
      tuning = PositionTables.resized(tuning, saved, trainee.parameters());
    }
    // A run that goes on from itself began its lyrics already.
    if (!own && hps.booleanOf("fresh_lyrics")) {
      tuning = LyricParameters.fresh(tuning, trainee.parameters());
    }
    if (tuning.isNone()) {
      return false;
    }
    saved.load(trainee.parameters(), trainee.layout(), tuning);
    notes.add(
        "took the parameters of step "
            + saved.step()
            + " of "
            + saved.path()
            + "; what it does not have is fresh, so that the optimizer begins anew at step 0");
    return true;
  }

  private RunOverview overview(
      Hyperparams hps,
      RunFiles files,
      TrainingData data,
      Trainee trainee,
      Optimizer optimizer,
      Progress begin) {
    return new RunOverview(
        files.directory(),
        backend.name() + ": " + backend.description(),
        trainee.parameters().count(),
        data.catalog().songs().size(),
        data.chunks(),
        data.train().batches(),
        hps.intOf("epochs"),
        optimizer.steps(),
        RemainingSteps.of(hps, begin, data.train().batches(), optimizer.steps()),
        notes);
  }
}
